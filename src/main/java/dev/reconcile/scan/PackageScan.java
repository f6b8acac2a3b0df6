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
 * Looks at what is installed where an app's interpreter is, by files: nothing is run.
 *
 * <p>Invariant: of what a whole system or a home has installed only that counts which the app's
 * code imports, and what that needs.
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
   * @param home where the app's user is at home; empty if it does not matter
   * @param imports what the app's code imports
   */
  public PackageScan(Facts facts, String home, Set<String> imports) {
    this.facts = facts;
    this.home = home;
    this.imports = imports;
  }

  /** What an interpreter has; its path is the one by which it is run. */
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
    for (Distribution one : found.values()) {
      needed.addAll(one.needs());
      if (one.line().isEmpty()) {
        local.add(one.name());
      } else {
        installed.add(one.line());
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
        Optional<Distribution> one = Distribution.read(facts, folder + "/" + name);
        one.filter(other -> !BROUGHT_BY_VENV.contains(other.key()))
            .ifPresent(other -> found.putIfAbsent(other.key(), other));
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

  // Those that the code imports, gunicorn, and what these need.
  private Map<String, Distribution> imported(Map<String, Distribution> all) {
    Deque<String> wanted = new ArrayDeque<>(List.of("gunicorn"));
    for (Distribution one : all.values()) {
      if (one.modules().stream().anyMatch(imports::contains)) {
        wanted.add(one.key());
      }
    }
    Map<String, Distribution> taken = new LinkedHashMap<>();
    while (!wanted.isEmpty()) {
      String name = wanted.remove();
      Distribution one = all.get(name);
      if (one != null && taken.putIfAbsent(name, one) == null) {
        wanted.addAll(one.needs());
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

  // Empty for the usual one; its path; or why it cannot be used, in words.
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
        : "its interpreter, " + own.get() + ", is in a folder that is not root's or not everyone's";
  }

  // What root and every app are to run must be root's, and be reached by all.
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
