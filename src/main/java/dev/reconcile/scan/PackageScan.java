// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.adopt.Virtualenv;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.TextFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scan of the Python packages that an app's interpreter finds. It reads files only and runs no
 * program.
 *
 * <p>Invariant: of the packages of the system or of a home, only those count that the app's code
 * imports, and their dependencies.
 */
public final class PackageScan {
  private static final Set<String> BROUGHT_BY_VENV =
      Set.of("pip", "setuptools", "wheel", "pkg-resources", "distribute");
  private static final Pattern VERSION = Pattern.compile("python(3\\.[0-9]+)");
  private static final int MOST_BYTES = 1 << 16;

  private final Facts facts;
  private final String home;
  private final Set<String> imports;

  /**
   * @param home the home of the app's user; empty to ignore it
   * @param imports the modules that the app's code imports
   */
  public PackageScan(Facts facts, String home, Set<String> imports) {
    this.facts = facts;
    this.home = home;
    this.imports = imports;
  }

  /** Returns the packages of an interpreter, given by the path that runs it. */
  public Virtualenv look(String interpreter) throws HostException {
    String prefix = interpreter.replaceFirst("/bin/[^/]+$", "");
    Map<String, Distribution> found = new LinkedHashMap<>();
    boolean system = prefix.equals("/usr") || prefix.equals("/usr/local") || prefix.isEmpty();
    if (!system) {
      for (String version : facts.list(prefix + "/lib")) {
        read(prefix + "/lib/" + version + "/site-packages", found);
      }
    }
    if (system || seesTheSystem(prefix)) {
      found.putAll(imported(ofTheSystem(interpreter, found)));
    }
    NavigableSet<String> installed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    List<String> local = new ArrayList<>();
    Set<String> needed = new HashSet<>();
    for (Distribution distribution : found.values()) {
      needed.addAll(distribution.needs());
      if (distribution.line().isEmpty()) {
        local.add(distribution.name());
      } else {
        installed.add(distribution.line());
      }
    }
    NavigableSet<String> roots = new TreeSet<>(Distribution.names(List.copyOf(installed)));
    roots.removeAll(needed);
    String python = python(interpreter);
    return new Virtualenv(
        prefix,
        python.startsWith("/") ? python : "",
        List.copyOf(installed),
        List.copyOf(roots),
        local,
        python.startsWith("/") ? "" : python);
  }

  private void read(String folder, Map<String, Distribution> found) throws HostException {
    for (String name : facts.list(folder)) {
      if (name.endsWith(".dist-info") || name.endsWith(".egg-info")) {
        Distribution.read(facts, folder + "/" + name)
            .filter(distribution -> !BROUGHT_BY_VENV.contains(distribution.key()))
            .ifPresent(distribution -> found.putIfAbsent(distribution.key(), distribution));
      }
    }
  }

  private boolean seesTheSystem(String prefix) throws HostException {
    return facts
        .text(prefix + "/pyvenv.cfg", MOST_BYTES)
        .filter(text -> text.matches("(?is).*include-system-site-packages\\s*=\\s*true.*"))
        .isPresent();
  }

  private Map<String, Distribution> ofTheSystem(String interpreter, Map<String, Distribution> known)
      throws HostException {
    Map<String, Distribution> all = new LinkedHashMap<>();
    String version = "python" + version(interpreter);
    if (!home.isEmpty()) {
      read(home + "/.local/lib/" + version + "/site-packages", all);
    }
    read("/usr/local/lib/" + version + "/dist-packages", all);
    read("/usr/local/lib/" + version + "/site-packages", all);
    read("/usr/lib/python3/dist-packages", all);
    all.keySet().removeAll(known.keySet());
    return all;
  }

  // The packages that the code imports, gunicorn, and their dependencies.
  private Map<String, Distribution> imported(Map<String, Distribution> all) {
    Deque<String> wanted = new ArrayDeque<>(List.of("gunicorn"));
    for (Distribution distribution : all.values()) {
      if (distribution.modules().stream().anyMatch(imports::contains)) {
        wanted.add(distribution.key());
      }
    }
    Map<String, Distribution> taken = new LinkedHashMap<>();
    while (!wanted.isEmpty()) {
      String name = wanted.remove();
      Distribution distribution = all.get(name);
      if (distribution != null && taken.putIfAbsent(name, distribution) == null) {
        wanted.addAll(distribution.needs());
      }
    }
    return taken;
  }

  private String version(String interpreter) throws HostException {
    Matcher version = VERSION.matcher(facts.realPath(interpreter).orElse(interpreter));
    String last = "";
    while (version.find()) {
      last = String.valueOf(version.group(1));
    }
    return last;
  }

  // Empty for the default interpreter; else its path, or the reason why it cannot be used.
  private String python(String interpreter) throws HostException {
    Optional<String> own = facts.realPath(interpreter);
    Optional<String> usual = facts.program("python3");
    if (own.isEmpty() || own.equals(usual)) {
      return "";
    }
    if (TextFormat.PYTHON.accepts(own.get()) && isRoots(own.get())) {
      return own.get();
    }
    boolean same = usual.isPresent() && version(usual.get()).equals(version(interpreter));
    return same && !version(interpreter).isEmpty()
        ? ""
        : """
        its interpreter, %s, is in a folder that root does not own, or that not everyone can \
        enter\
        """
            .formatted(own.get());
  }

  // Root and all apps run the interpreter, so root must own it and everyone must be able to reach
  // it.
  private boolean isRoots(String path) throws HostException {
    for (String at = path; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
      Optional<Stat> stat = facts.stat(at);
      boolean open = stat.isPresent() && stat.get().uid() == 0 && (stat.get().mode() & 0001) != 0;
      if (!open || (stat.get().mode() & 0022) != 0) {
        return false;
      }
    }
    return true;
  }
}
