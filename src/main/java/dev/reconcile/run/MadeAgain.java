// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import java.util.Set;
import java.util.regex.Pattern;

/** The files and folders that tools regenerate, by name: byte code, caches, logs, virtualenvs. */
final class MadeAgain {
  private static final Set<String> NAMES =
      Set.of(
          ".git",
          ".svn",
          "htmlcov",
          "__pypackages__",
          ".ipynb_checkpoints",
          "bower_components",
          ".parcel-cache",
          ".next",
          ".nuxt",
          ".vite",
          ".hypothesis",
          ".pytype",
          ".npm",
          ".yarn",
          ".direnv",
          "__pycache__",
          ".pytest_cache",
          ".mypy_cache",
          ".ruff_cache",
          ".tox",
          ".nox",
          ".eggs",
          ".cache",
          ".sass-cache",
          ".webassets-cache",
          "node_modules",
          ".idea",
          ".vscode");
  private static final Pattern FILES =
      Pattern.compile(
          """
          (?i).*\\.(py[co]|sock|pid|log|log[.-].*|sw[op])|.*~|\\.ds_store|nohup\\.out|thumbs\\.db\
          |\\.coverage|\\.eslintcache|celerybeat-schedule(\\..*)?\
          |\\.(bash|python|node_repl)_history|\\.(viminfo|lesshst|wget-hsts|selected_editor)\
          |\\.sudo_as_admin_successful\
          """);
  private static final Pattern EGG = Pattern.compile(".*\\.egg-info");
  private static final Set<String> IN_VIRTUALENV =
      Set.of(
          "bin",
          "lib",
          "lib64",
          "include",
          "sbin",
          "libexec",
          "conda-meta",
          "pyvenv.cfg",
          "pip-selfcheck.json",
          "CACHEDIR.TAG",
          ".gitignore",
          ".lock",
          ".project");
  // Interpreters, their tools and packages without a RECORD create these in other folders.
  private static final Pattern BELOW_VIRTUALENV =
      Pattern.compile(
          """
          man/man.*|etc/(jupyter|bash_completion\\.d|fish|profile\\.d|conda|fonts|xdg)\
          |ssl/(certs|misc|cacert\\.pem|cert\\.pem|(openssl|ct_log_list)\\.cnf(\\.dist)?)\
          |share/(man|doc|jupyter|python-wheels|locale|info|icons|applications|licenses|terminfo\
          |bash-completion|zsh|fish|pkgconfig|cmake|aclocal|metainfo|mime|gtk-doc|glib-2\\.0\
          |tabset|zoneinfo|fonts)\
          """);
  // If the work tree itself is a virtualenv, git may track project files in folders of these names.
  private static final Pattern INTERPRETER =
      Pattern.compile("lib(64)?/python[^/]*/.*|pyvenv\\.cfg");

  private MadeAgain() {}

  /** Tells whether a file or folder with a name is regenerated. */
  static boolean isNamed(String name) {
    return NAMES.contains(name);
  }

  /** Tells whether a folder is regenerated. */
  static boolean isFolder(String name) {
    return isNamed(name) || EGG.matcher(name).matches();
  }

  /** Tells whether a file is regenerated. */
  static boolean isFile(String name) {
    return FILES.matcher(name).matches();
  }

  /**
   * Tells whether a file or folder is part of a virtualenv.
   *
   * @param path relative to the virtualenv
   */
  static boolean isOfVirtualenv(String path) {
    return IN_VIRTUALENV.contains(path) || BELOW_VIRTUALENV.matcher(path).matches();
  }

  /**
   * Tells whether a file that git tracks is part of a virtualenv.
   *
   * @param path relative to the virtualenv
   * @param isApart whether the virtualenv has a folder of its own below the code
   */
  static boolean isTrackedOfVirtualenv(String path, boolean isApart) {
    String first = path.replaceFirst("/.*", "");
    return INTERPRETER.matcher(path).matches() || (isApart && IN_VIRTUALENV.contains(first));
  }
}
