// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.systemd.CommandWords;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port or a socket's path that the command of a server names. Addresses of other programs, such
 * as {@code --redis localhost:6379}, are not meant.
 */
final class FixedAddress {
  /** Options whose value is a port. */
  private static final Set<String> PORTS = Set.of("--port", "-p", "--http-port", "--listen-port");

  /** Options whose value is an address to listen on. */
  private static final Set<String> ADDRESSES =
      Set.of(
          "--bind",
          "-b",
          "--listen",
          "-l",
          "--insecure-bind",
          "--http",
          "--http-socket",
          "--address",
          "--addr",
          "--endpoint",
          "-e",
          "-S");

  /** Options whose value is the path of a socket. */
  private static final Set<String> PATHS = Set.of("--uds", "--unix-socket", "-u", "--socket");

  /** Commands whose argument is an address. */
  private static final Set<String> SERVERS = Set.of("runserver", "http.server");

  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{1,4}");
  private static final Pattern ADDRESS =
      Pattern.compile("(?:tcp:)?(?:port=|(?:[\\w.*-]*|\\[[0-9a-fA-F:.]*\\]):)[1-9][0-9]{1,4}\\b.*");
  private static final Pattern HERE =
      Pattern.compile(
          "(?:0\\.0\\.0\\.0|127\\.0\\.0\\.1|localhost|\\*|\\[::1?\\]|):[1-9][0-9]{1,4}");
  private static final Pattern PATH = Pattern.compile("(?:unix:)?(?://)?/.*");
  private static final Pattern VARIABLE = Pattern.compile("(PORT|SOCKET)=(.*)");
  private static final Pattern SHELL = Pattern.compile("(?:.*/)?(?:ba|da|k|z)?sh");
  private static final Pattern SCRIPT = Pattern.compile("-[a-z]*c");
  private static final Pattern OPTION = Pattern.compile("(--?[A-Za-z][\\w-]*)=(.*)");

  private FixedAddress() {}

  /** Returns the first such part of a command, with the option that it is the value of. */
  static Optional<String> in(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      Optional<String> found =
          isScript(words, i)
              ? in(CommandWords.ofShell(words.get(i).replace(';', ' ')))
              : at(words, i);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static boolean isScript(List<String> words, int index) {
    return index > 1
        && SCRIPT.matcher(words.get(index - 1)).matches()
        && words.subList(0, index - 1).stream().anyMatch(word -> SHELL.matcher(word).matches());
  }

  private static Optional<String> at(List<String> words, int index) {
    String word = words.get(index);
    Matcher variable = VARIABLE.matcher(word);
    if (variable.matches() && isValue(variable.group(1), variable.group(2))) {
      return Optional.of(word);
    }
    if (index == 0) {
      return Optional.empty();
    }
    String before = words.get(index - 1);
    Matcher option = OPTION.matcher(word);
    if (option.matches() && isFixed(option.group(1), option.group(2))) {
      return Optional.of(word);
    }
    if (isFixed(before, word)) {
      return Optional.of(before + " " + word);
    }
    return Optional.of(word).filter(_ -> !before.startsWith("-") && HERE.matcher(word).matches());
  }

  private static boolean isValue(String variable, String value) {
    return variable.equals(WebSection.PORT) ? isPort(value) : PATH.matcher(value).matches();
  }

  private static boolean isFixed(String option, String value) {
    return (PORTS.contains(option) && isPort(value))
        || (SERVERS.contains(option) && isPort(value))
        || (ADDRESSES.contains(option)
            && (isPort(value) || ADDRESS.matcher(value).matches() || value.startsWith("unix:/")))
        || (PATHS.contains(option) && PATH.matcher(value).matches());
  }

  // A smaller number counts something else, such as processes.
  private static boolean isPort(String value) {
    return PORT.matcher(value).matches()
        && Integer.parseInt(value) >= 80
        && Integer.parseInt(value) <= 65535;
  }
}
