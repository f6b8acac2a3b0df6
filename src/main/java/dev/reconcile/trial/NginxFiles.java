// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Change;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The texts that nginx may read, live and as planned, and the paths that they mention. They include
 * more than nginx reads (commented lines, disabled sites). A trial derives from them which
 * directories to cover, which may be more than necessary but never less.
 */
final class NginxFiles {
  static final String FOLDER = "/etc/nginx";

  private static final int MOST_FILES = 20_000;
  private static final int MOST_DEPTH = 12;

  private static final String VALUE = "\\s+(\"[^\"\\n]*\"|'[^'\\n]*'|[^\\s;]+)";
  private static final Pattern INCLUDE = Pattern.compile("(?:^|[\\s;{}])include" + VALUE);
  private static final Pattern WRITTEN =
      Pattern.compile(
          """
          (?:^|[\\s;{}])(?:access_log|error_log|pid|lock_file|\
          (?:client_body|proxy|fastcgi|uwsgi|scgi)_temp_path|\
          (?:proxy|fastcgi|uwsgi|scgi)_cache_path)%s\
          """
              .formatted(VALUE));
  private static final Pattern LISTEN = Pattern.compile("(?:^|[\\s;{}])listen\\s+unix:([^\\s;]+)");
  private static final Pattern BUILT_IN = Pattern.compile("--([a-z-]+)-path=(\\S+)");
  private static final Pattern PREFIX = Pattern.compile("--prefix=(\\S+)");

  private final Facts facts;
  private final SortedMap<String, String> texts = new TreeMap<>();
  private final Set<String> seen = new HashSet<>();

  private NginxFiles(Facts facts) {
    this.facts = facts;
  }

  /** Reads the live files. */
  static NginxFiles of(Facts facts) throws HostException {
    return of(facts, List.of());
  }

  /** Reads the live files and lays those of {@code overlay} over them. */
  static NginxFiles of(Facts facts, Overlay overlay) throws HostException {
    return of(facts, overlay.changes());
  }

  private static NginxFiles of(Facts facts, List<Change> changes) throws HostException {
    NginxFiles files = new NginxFiles(facts);
    files.readFolder(FOLDER, 0);
    for (Change change : changes) {
      Overlay.text(change).ifPresent(text -> files.texts.put(Overlay.path(change), text));
    }
    for (String text : List.copyOf(files.texts.values())) {
      files.readIncluded(text, 0);
    }
    return files;
  }

  private void readFolder(String folder, int depth) throws HostException {
    for (String name : depth > MOST_DEPTH ? List.<String>of() : facts.list(folder)) {
      String path = folder + "/" + name;
      Optional<String> real = facts.realPath(path);
      Optional<Stat.Type> type = real.isEmpty() ? Optional.empty() : type(real.get());
      boolean link = type(path).equals(Optional.of(Stat.Type.LINK));
      if (type.equals(Optional.of(Stat.Type.DIRECTORY)) && !link) {
        readFolder(path, depth + 1);
      } else if (type.equals(Optional.of(Stat.Type.FILE))) {
        readFile(path, real.get());
      } else if (type.equals(Optional.of(Stat.Type.DIRECTORY)) && seen.add(real.get())) {
        readFolder(path, depth + 1);
      }
    }
  }

  private Optional<Stat.Type> type(String path) throws HostException {
    return facts.stat(path).map(Stat::type);
  }

  private void readFile(String path, String real) throws HostException {
    if (texts.size() < MOST_FILES && !texts.containsKey(path)) {
      texts.put(path, facts.readText(real, Limits.CONFIG_FILE));
    }
  }

  // nginx accepts wildcards in every component of a path; here only the last may have them
  private void readIncluded(String text, int depth) throws HostException {
    Matcher matcher = INCLUDE.matcher(text);
    while (depth < MOST_DEPTH && matcher.find()) {
      String pattern = unquoted(matcher.group(1));
      if (pattern.startsWith("/") && !pattern.startsWith(FOLDER + "/") && seen.add(pattern)) {
        int slash = pattern.lastIndexOf('/');
        String folder = pattern.substring(0, slash);
        for (String name : matching(facts.list(folder), pattern.substring(slash + 1))) {
          String path = folder + "/" + name;
          Optional<String> real = facts.realPath(path);
          if (real.isPresent() && type(real.get()).equals(Optional.of(Stat.Type.FILE))) {
            readFile(path, real.get());
            readIncluded(texts.getOrDefault(path, ""), depth + 1);
          }
        }
      }
    }
  }

  private static List<String> matching(List<String> names, String pattern) {
    if (names.contains(pattern)) {
      return List.of(pattern);
    }
    String glob = pattern.replaceAll("[{}\\\\]", "\\\\$0");
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
      return names.stream().filter(name -> matcher.matches(Path.of(name))).toList();
    } catch (IllegalArgumentException e) {
      return List.of(); // an invalid pattern matches no file
    }
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() > 1 && (value.startsWith("\"") || value.startsWith("'"));
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** Returns the texts by path. */
  SortedMap<String, String> texts() {
    return Collections.unmodifiableSortedMap(texts);
  }

  /** Reports whether a text mentions {@code path}, or all files of its directory ({@code /*}). */
  boolean mention(String path) {
    String siblings = path.substring(0, path.lastIndexOf('/') + 1) + "*";
    return texts.values().stream().anyMatch(t -> t.contains(path) || t.contains(siblings));
  }

  /**
   * Returns the paths that nginx creates, or opens for writing, when it tests its configuration.
   *
   * @param version the output of {@code nginx -V}, which has the default paths
   */
  SortedSet<String> written(String version) {
    SortedSet<String> paths = new TreeSet<>();
    Matcher prefixes = PREFIX.matcher(version);
    String prefix = prefixes.find() ? prefixes.group(1) : "/usr/share/nginx";
    Matcher builtIn = BUILT_IN.matcher(version);
    while (builtIn.find()) {
      boolean read = Set.of("conf", "modules", "sbin").contains(builtIn.group(1));
      add(read ? "" : builtIn.group(2), prefix, paths);
    }
    for (String text : texts.values()) {
      Matcher matcher = WRITTEN.matcher(text);
      while (matcher.find()) {
        add(unquoted(matcher.group(1)), prefix, paths);
      }
      Matcher listen = LISTEN.matcher(text);
      while (listen.find()) {
        add(listen.group(1), prefix, paths);
      }
    }
    return paths;
  }

  private static void add(String value, String prefix, Set<String> paths) {
    boolean file =
        !value.isEmpty()
            && !Set.of("off", "stderr").contains(value)
            && !value.contains("$")
            && !value.startsWith("syslog:")
            && !value.startsWith("memory:");
    if (file) {
      Path path = Path.of(value.startsWith("/") ? value : prefix + "/" + value).normalize();
      if (path.getFileName() != null) {
        paths.add(path.toString());
      }
    }
  }
}
