// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@code pyproject.toml} tells about the project, by the headings of its tables and single
 * lines. reconcile runs no build backend, so it reads no more.
 *
 * @param text the content of the file
 */
record ProjectFile(String text) {
  /** The name of the file. */
  static final String NAME = "pyproject.toml";

  /** The file of a project in the older form. */
  static final String SETUP = "setup.py";

  private static final Pattern PROJECT =
      Pattern.compile("(?m)^[ \\t]*\\[[ \\t]*(project|build-system)[ \\t]*(\\.[^\\]]*)?\\]");
  private static final Pattern BACKEND =
      Pattern.compile("(?m)^[ \\t]*\\[[ \\t]*build-system[ \\t]*\\]");
  private static final Pattern NO_PACKAGE =
      Pattern.compile("(?m)^[ \\t]*(package-mode|package)[ \\t]*=[ \\t]*false\\b");
  private static final Pattern PACKAGES = Pattern.compile("(?m)^[ \\t]*packages[ \\t]*=");
  private static final Pattern PROJECT_NAME =
      Pattern.compile("(?m)^[ \\t]*name[ \\t]*=[ \\t]*[\"']([A-Za-z0-9._-]+)[\"']");

  /** Tells whether pip can install the project: the file has {@code [project]} or a backend. */
  boolean isProject() {
    return PROJECT.matcher(text).find();
  }

  /**
   * Tells whether a project with a lock is installed itself, beside what it depends on: it has a
   * build backend, and is a package.
   *
   * @param code the source of the project
   */
  boolean isInstalled(Sources.Resolved code) throws Sources.Unusable {
    if (!BACKEND.matcher(text).find() || NO_PACKAGE.matcher(text).find()) {
      return false;
    }
    if (!text.contains("poetry.core") || PACKAGES.matcher(text).find()) {
      return true;
    }
    // poetry writes a backend for each project, also for an app that is no package
    Optional<String> name = moduleName();
    for (String folder : new String[] {"src/", ""}) {
      for (String file : new String[] {"/__init__.py", ".py"}) {
        if (name.isPresent() && code.file(folder + name.get() + file).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  private Optional<String> moduleName() {
    Matcher name = PROJECT_NAME.matcher(text);
    return name.find()
        ? Optional.of(
            String.valueOf(name.group(1)).replaceAll("[-.]+", "_").toLowerCase(Locale.ROOT))
        : Optional.empty();
  }
}
