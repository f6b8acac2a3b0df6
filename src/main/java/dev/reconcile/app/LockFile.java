// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.LockTool;
import dev.reconcile.requirements.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The packages of a lock file. Only its own program installs from it; reconcile reads names and
 * versions, which the plan shows.
 *
 * @param packages the name of each package, normalised, to its version; empty if it has none
 * @param usesTree whether a package is a folder or file of the source
 */
record LockFile(SortedMap<String, String> packages, boolean usesTree) {
  private static final Pattern PACKAGE = Pattern.compile("\\[\\[packages?\\]\\]");
  private static final Pattern NAME = Pattern.compile("name\\s*=\\s*\"([^\"]+)\"");
  private static final Pattern VERSION = Pattern.compile("version\\s*=\\s*\"([^\"]+)\"");
  private static final Pattern LOCAL =
      Pattern.compile(
          """
          type\\s*=\\s*"(directory|file)"|source\\s*=\\s*\\{\\s*(editable|directory|path)\\b.*\
          |directory\\s*=.*|\\[packages\\.directory\\]\
          """);
  private static final Pattern OF_JSON = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"(\\s*:)?|[{}]");
  private static final int SECTION = 1;
  private static final int ENTRY = 2;

  LockFile {
    packages = new TreeMap<>(packages);
  }

  /**
   * Reads a lock file.
   *
   * @param groups the groups that are installed beside the main one
   */
  static LockFile of(LockTool tool, String text, List<String> groups) {
    return tool == LockTool.PIPENV ? ofJson(text, groups) : ofToml(text);
  }

  private static LockFile ofToml(String text) {
    SortedMap<String, String> packages = new TreeMap<>();
    boolean local = false;
    boolean inPackage = false;
    String name = "";
    for (String line : text.lines().map(String::strip).toList()) {
      local |= LOCAL.matcher(line).matches();
      if (line.startsWith("[")) {
        inPackage = PACKAGE.matcher(line).matches();
        name = "";
      } else if (inPackage) {
        Matcher named = NAME.matcher(line);
        Matcher version = VERSION.matcher(line);
        if (named.matches()) {
          name = Reference.normalised(String.valueOf(named.group(1)));
          packages.putIfAbsent(name, "");
        } else if (version.matches() && !name.isEmpty()) {
          packages.put(name, String.valueOf(version.group(1)));
        }
      }
    }
    return new LockFile(packages, local);
  }

  private static LockFile ofJson(String text, List<String> groups) {
    SortedMap<String, String> packages = new TreeMap<>();
    boolean local = false;
    Map<Integer, String> path = new HashMap<>();
    List<String> sections = new ArrayList<>(groups);
    sections.add("default");
    int depth = 0;
    Matcher token = OF_JSON.matcher(text);
    while (token.find()) {
      if (token.group().equals("{")) {
        depth++;
      } else if (token.group().equals("}")) {
        depth--;
      } else if (!sections.contains(path.getOrDefault(SECTION, "")) || depth <= SECTION) {
        noteKey(path, depth, token);
      } else if (token.group(2) != null) {
        noteKey(path, depth, token);
        String key = String.valueOf(token.group(1));
        if (depth == ENTRY) {
          packages.putIfAbsent(Reference.normalised(key), "");
        }
        local |= depth > ENTRY && (key.equals("path") || key.equals("file"));
      } else if (depth > ENTRY && path.getOrDefault(depth, "").equals("version")) {
        packages.put(
            Reference.normalised(path.getOrDefault(ENTRY, "")),
            String.valueOf(token.group(1)).replaceFirst("^==", ""));
      }
    }
    return new LockFile(packages, local);
  }

  private static void noteKey(Map<Integer, String> path, int depth, Matcher token) {
    if (token.group(2) != null) {
      path.put(depth, String.valueOf(token.group(1)));
    }
  }

  /** Returns the packages as lines of names and versions. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    packages.forEach((name, version) ->
        lines.append(name).append(version.isEmpty() ? "" : "==" + version).append('\n'));
    return lines.toString();
  }
}
