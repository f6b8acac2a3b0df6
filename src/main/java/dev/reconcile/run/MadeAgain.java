// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import java.util.Set;
import java.util.regex.Pattern;

/** The names of files that tools create again: byte code, caches, logs, virtualenvs. */
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
          "(?i).*\\.(py[co]|sock|pid|log|log[.-].*|sw[op])|.*~|\\.ds_store|nohup\\.out|thumbs\\.db"
              + "|\\.coverage|\\.eslintcache|celerybeat-schedule(\\..*)?"
              + "|\\.(bash|python|node_repl)_history|\\.(viminfo|lesshst|wget-hsts|selected_editor)"
              + "|\\.sudo_as_admin_successful");
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
  // The paths below other folders of a virtualenv that interpreters, packages without a record, and
  // their tools create.
  private static final Pattern BELOW_VIRTUALENV =
      Pattern.compile(
          "man/man.*|etc/(jupyter|bash_completion\\.d|fish|profile\\.d|conda|fonts|xdg)"
              + "|ssl/(certs|misc|cacert\\.pem|cert\\.pem|(openssl|ct_log_list)\\.cnf(\\.dist)?)"
              + "|share/(man|doc|jupyter|python-wheels|locale|info|icons|applications|licenses|terminfo"
              + "|bash-completion|zsh|fish|pkgconfig|cmake|aclocal|metainfo|mime|gtk-doc|glib-2\\.0"
              + "|tabset|zoneinfo|fonts)");
  // If a virtualenv has no folder of its own, other files that git tracks may be in folders with
  // the same names, such as "bin".
  private static final Pattern INTERPRETER =
      Pattern.compile("lib(64)?/python[^/]*/.*|pyvenv\\.cfg");

  private MadeAgain() {}

  /** Reports whether tools create a file or a folder with this name again. */
  static boolean isNamed(String name) {
    return NAMES.contains(name);
  }

  /** Reports whether tools create a folder with this name again. */
  static boolean isFolder(String name) {
    return isNamed(name) || EGG.matcher(name).matches();
  }

  /** Reports whether tools create a file with this name again. */
  static boolean isFile(String name) {
    return FILES.matcher(name).matches();
  }

  /**
   * Reports whether a file or folder of a virtualenv is created with the virtualenv.
   *
   * @param path the path, relative to the virtualenv
   */
  static boolean isOfVirtualenv(String path) {
    return IN_VIRTUALENV.contains(path) || BELOW_VIRTUALENV.matcher(path).matches();
  }

  /**
   * Reports whether a file that git tracks is created with a virtualenv.
   *
   * @param path the path, relative to the virtualenv
   * @param isApart whether the virtualenv has a folder of its own below the code
   */
  static boolean isTrackedOfVirtualenv(String path, boolean isApart) {
    String first = path.replaceFirst("/.*", "");
    return INTERPRETER.matcher(path).matches() || (isApart && IN_VIRTUALENV.contains(first));
  }
}
