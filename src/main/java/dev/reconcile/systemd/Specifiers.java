// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The specifiers of a unit that the system's service manager has loaded (systemd.unit(5),
 * "Specifiers"). A specifier whose value is not known stays as it is.
 *
 * @param values the letter of each known specifier, and its value
 */
public record Specifiers(Map<Character, String> values) {
  private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-fA-F]{2})");
  private static final Pattern UNCLEAN = Pattern.compile("/(|\\.|\\.\\.)/");

  public Specifiers {
    values = Collections.unmodifiableMap(new HashMap<>(values));
  }

  /**
   * Returns the specifiers that depend on the unit's name, and the runtime directory.
   *
   * @param unit the full name of the unit, such as {@code gunicorn@shop.service}
   */
  public static Specifiers ofName(String unit) {
    int dot = unit.lastIndexOf('.');
    String name = dot < 0 ? unit : unit.substring(0, dot);
    int at = name.indexOf('@');
    String prefix = at < 0 ? name : name.substring(0, at);
    String instance = at < 0 ? "" : name.substring(at + 1);
    String last = prefix.substring(prefix.lastIndexOf('-') + 1);
    Map<Character, String> values = new HashMap<>();
    values.put('n', unit);
    values.put('N', name);
    values.put('p', prefix);
    values.put('i', instance);
    values.put('j', last);
    values.put('t', "/run");
    unescaped(prefix).ifPresent(text -> values.put('P', text));
    unescaped(instance).ifPresent(text -> values.put('I', text));
    unescaped(last).ifPresent(text -> values.put('J', text));
    path(instance.isEmpty() ? prefix : instance).ifPresent(text -> values.put('f', text));
    return new Specifiers(values);
  }

  /**
   * Returns the specifiers that depend on the unit's name, on the service manager and on the host.
   *
   * @param unit the full name of the unit
   * @param hostname the name of the host
   */
  public static Specifiers of(String unit, String hostname) {
    Map<Character, String> values = new HashMap<>(ofName(unit).values());
    values.put('u', "root"); // of the service manager, not of User=
    values.put('g', "root");
    values.put('U', "0");
    values.put('G', "0");
    values.put('h', "/root");
    values.put('T', "/tmp");
    values.put('V', "/var/tmp");
    values.put('S', "/var/lib");
    values.put('C', "/var/cache");
    values.put('L', "/var/log");
    values.put('E', "/etc");
    values.put('H', hostname);
    values.put('l', hostname.replaceFirst("\\..*", ""));
    return new Specifiers(values);
  }

  /** Returns a text with the values in place of the specifiers, and {@code %} for {@code %%}. */
  public String expanded(String text) {
    return replaced(text, false);
  }

  /**
   * Returns a text for another unit: the values are written so that they are the same there, and
   * all other specifiers stay.
   */
  public String rewritten(String text) {
    return replaced(text, true);
  }

  /** Reports whether a text has no other specifiers than the known ones and {@code %%}. */
  public boolean know(String text) {
    for (int i = text.indexOf('%'); i >= 0 && i + 1 < text.length(); i = text.indexOf('%', i + 2)) {
      char letter = text.charAt(i + 1);
      if (letter != '%' && !values.containsKey(letter)) {
        return false;
      }
    }
    return true;
  }

  private String replaced(String text, boolean isForUnit) {
    StringBuilder replaced = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%' || i + 1 == text.length()) {
        replaced.append(c);
        continue;
      }
      char letter = text.charAt(++i);
      String value = values.get(letter);
      if (value != null) {
        replaced.append(isForUnit ? value.replace("%", "%%") : value);
      } else if (letter == '%' && !isForUnit) {
        replaced.append('%');
      } else {
        replaced.append('%').append(letter);
      }
    }
    return replaced.toString();
  }

  /**
   * Reverses systemd-escape(1): a dash is a slash, and {@code \x2d} is the byte with this number;
   * empty for an escape that systemd refuses.
   */
  static Optional<String> unescaped(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '\\') {
        bytes.writeBytes((c == '-' ? "/" : String.valueOf(c)).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      Matcher escape = ESCAPE.matcher(name).region(i, name.length());
      if (!escape.lookingAt()) {
        return Optional.empty();
      }
      bytes.write(Integer.parseInt(escape.group(1), 16));
      i = escape.end() - 1;
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Reverses {@code systemd-escape --path}; empty if the name is not that of a path. */
  private static Optional<String> path(String name) {
    return name.equals("-")
        ? Optional.of("/")
        : unescaped(name)
            .map(text -> "/" + text)
            .filter(text -> !UNCLEAN.matcher(text + "/").find());
  }
}
