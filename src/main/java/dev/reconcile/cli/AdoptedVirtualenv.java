package dev.reconcile.cli;

import dev.reconcile.adopt.Virtualenv;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Rule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at what is installed in a virtualenv, by its files: none of its code is run. */
final class AdoptedVirtualenv {
  private static final Set<String> BROUGHT_BY_VENV =
      Set.of("pip", "setuptools", "wheel", "pkg-resources", "pkg_resources", "distribute");
  private static final String NEEDS = "Requires-Dist: ";
  private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z0-9][A-Za-z0-9._-]*).*");
  private static final int MOST_BYTES = 1 << 20;

  private final Facts facts;
  private final String directory;
  private final Set<String> needed = new HashSet<>();

  AdoptedVirtualenv(Facts facts, String directory) {
    this.facts = facts;
    this.directory = directory;
  }

  Virtualenv look() throws HostException {
    if (facts.stat(directory + "/pyvenv.cfg").isEmpty()) {
      return new Virtualenv(false, "", List.of(), List.of(), List.of());
    }
    NavigableSet<String> installed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    List<String> local = new ArrayList<>();
    for (String version : facts.list(directory + "/lib")) {
      String packages = directory + "/lib/" + version + "/site-packages";
      for (String name : facts.list(packages)) {
        if (name.endsWith(".dist-info")) {
          distribution(packages + "/" + name, installed, local);
        }
      }
    }
    NavigableSet<String> roots = new TreeSet<>(names(List.copyOf(installed)));
    roots.removeAll(needed);
    return new Virtualenv(true, python(), List.copyOf(installed), List.copyOf(roots), local);
  }

  // The core metadata begin with fields of one line each; PEP 610 tells of other origins.
  private void distribution(String folder, Set<String> installed, List<String> local)
      throws HostException {
    String file = folder + "/METADATA";
    if (facts.stat(file).isEmpty()) {
      return;
    }
    Map<String, String> fields = new HashMap<>();
    String text = new String(facts.read(file, MOST_BYTES), StandardCharsets.UTF_8);
    for (String line : text.split("\r?\n", -1)) {
      int colon = line.indexOf(": ");
      if (line.isEmpty()) {
        break;
      }
      if (line.startsWith(NEEDS)) {
        needed.addAll(names(List.of(line.substring(NEEDS.length()))));
      } else if (colon > 0) {
        fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 2).strip());
      }
    }
    String name = fields.getOrDefault("Name", "");
    if (name.isEmpty() || BROUGHT_BY_VENV.contains(name.toLowerCase(Locale.ROOT))) {
      return;
    }
    if (facts.stat(folder + "/direct_url.json").isPresent()) {
      local.add(name);
    } else {
      installed.add(name + "==" + fields.getOrDefault("Version", ""));
    }
  }

  /**
   * The names of packages that these lines of a requirements file begin with, as PEP 503 has it.
   */
  static List<String> names(List<String> lines) {
    return lines.stream()
        .map(NAME::matcher)
        .filter(Matcher::matches)
        .map(line -> ("" + line.group(1)).toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-"))
        .toList();
  }

  private String python() throws HostException {
    Optional<String> own = facts.realPath(directory + "/bin/python3");
    boolean usual = own.isEmpty() || own.equals(facts.program("python3"));
    return usual || !Rule.PYTHON.accepts(own.get()) ? "" : own.get();
  }
}
