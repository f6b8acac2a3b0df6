// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An installed Python package, read from its metadata (PEP 376, PEP 566, PEP 610).
 *
 * @param name its name as written
 * @param line its line of a requirements file; empty if no line can express it
 * @param needs the normalised names of the packages that it requires
 * @param modules the top-level names of its modules
 */
record Distribution(String name, String line, Set<String> needs, Set<String> modules) {
  private static final String NEEDS = "Requires-Dist: ";
  private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z0-9][A-Za-z0-9._-]*).*");
  private static final Pattern URL = Pattern.compile("\"url\"\\s*:\\s*\"([^\"]+)\"");
  private static final Pattern COMMIT = Pattern.compile("\"commit_id\"\\s*:\\s*\"([0-9a-f]+)\"");

  /** Reads a folder or file of metadata; empty if it holds none. */
  static Optional<Distribution> read(Facts facts, String path) throws HostException {
    boolean wheel = path.endsWith(".dist-info");
    Optional<String> text =
        wheel
            ? text(facts, path + "/METADATA")
            : text(facts, path + "/PKG-INFO").or(() -> quiet(facts, path));
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> fields = new HashMap<>();
    Set<String> needs = new HashSet<>();
    for (String line : text.get().split("\r?\n", -1)) {
      int colon = line.indexOf(": ");
      if (line.isEmpty()) {
        break; // the core metadata begin with fields of one line each
      }
      if (line.startsWith(NEEDS)) {
        needs.addAll(names(List.of(line.substring(NEEDS.length()))));
      } else if (colon > 0) {
        fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 2).strip());
      }
    }
    String name = fields.getOrDefault("Name", "");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    String line = line(facts, path, name, fields.getOrDefault("Version", ""));
    return Optional.of(new Distribution(name, line, needs, modules(facts, path, name)));
  }

  private static Optional<String> quiet(Facts facts, String path) {
    try {
      return text(facts, path);
    } catch (HostException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(Facts facts, String path) throws HostException {
    return facts.file(path).isEmpty()
        ? Optional.empty()
        : Optional.of(facts.readText(path, Limits.CONFIG_FILE));
  }

  private static String line(Facts facts, String path, String name, String version)
      throws HostException {
    String plain = name + "==" + version;
    String origin = text(facts, path + "/direct_url.json").orElse("");
    boolean conda = text(facts, path + "/INSTALLER").orElse("").strip().equals("conda");
    Matcher url = URL.matcher(origin);
    if (origin.isEmpty() || conda || !url.find()) {
      return plain;
    }
    String address = String.valueOf(url.group(1));
    boolean hidden = address.matches("[a-z+]+://[^/]*@.*") && !address.contains("://git@");
    if (address.startsWith("file:") || hidden) {
      return "";
    }
    Matcher commit = COMMIT.matcher(origin);
    return name + " @ " + (commit.find() ? "git+" + address + "@" + commit.group(1) : address);
  }

  private static Set<String> modules(Facts facts, String path, String name) throws HostException {
    Set<String> modules = new HashSet<>();
    text(facts, path + "/top_level.txt").ifPresent(text -> text.lines().forEach(modules::add));
    if (modules.isEmpty()) {
      for (String line : text(facts, path + "/RECORD").orElse("").lines().toList()) {
        String first =
            line.replaceFirst("[,/].*", "").replaceFirst("\\.(py|so|[a-z0-9-]+\\.so)$", "");
        if (first.matches("[A-Za-z_][A-Za-z0-9_]*")) {
          modules.add(first);
        }
      }
    }
    modules.add(name.toLowerCase(Locale.ROOT).replace('-', '_'));
    return modules;
  }

  /** Returns its name, normalised as in PEP 503. */
  String key() {
    return names(List.of(name)).getFirst();
  }

  /**
   * Returns the names of packages at the beginning of lines of a requirements file, normalised as
   * in PEP 503.
   */
  static List<String> names(List<String> lines) {
    return lines.stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .map(line ->
            String.valueOf(line.group(1)).toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-"))
        .toList();
  }
}
