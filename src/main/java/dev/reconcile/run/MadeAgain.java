// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import java.util.Set;
import java.util.regex.Pattern;

/** What tools make again by themselves, by its name: byte code, caches, logs, virtualenvs. */
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
  // what interpreters, packages without a record and their tools put below the other folders
  private static final Pattern BELOW_VIRTUALENV =
      Pattern.compile(
          "man/man.*|etc/(jupyter|bash_completion\\.d|fish|profile\\.d|conda|fonts|xdg)"
              + "|ssl/(certs|misc|cacert\\.pem|cert\\.pem|(openssl|ct_log_list)\\.cnf(\\.dist)?)"
              + "|share/(man|doc|jupyter|python-wheels|locale|info|icons|applications|licenses|terminfo"
              + "|bash-completion|zsh|fish|pkgconfig|cmake|aclocal|metainfo|mime|gtk-doc|glib-2\\.0"
              + "|tabset|zoneinfo|fonts)");
  // what git tracks beside a virtualenv may lie in folders of the same names
  private static final Pattern INTERPRETER =
      Pattern.compile("lib(64)?/python[^/]*/.*|pyvenv\\.cfg");

  private MadeAgain() {}

  /** Whether what is there with the name is made again, be it a file or a folder. */
  static boolean isNamed(String name) {
    return NAMES.contains(name);
  }

  /** Whether a folder is. */
  static boolean isFolder(String name) {
    return isNamed(name) || EGG.matcher(name).matches();
  }

  /** Whether a file is. */
  static boolean isFile(String name) {
    return FILES.matcher(name).matches();
  }

  /**
   * Whether a file or folder of a virtualenv is made with it.
   *
   * @param path from the virtualenv
   */
  static boolean isOfVirtualenv(String path) {
    return IN_VIRTUALENV.contains(path) || BELOW_VIRTUALENV.matcher(path).matches();
  }

  /**
   * Whether a file that git tracks is made with a virtualenv.
   *
   * @param path from the virtualenv
   * @param isApart whether the virtualenv has a folder of its own below the code
   */
  static boolean isTrackedOfVirtualenv(String path, boolean isApart) {
    String first = path.replaceFirst("/.*", "");
    return INTERPRETER.matcher(path).matches() || (isApart && IN_VIRTUALENV.contains(first));
  }
}
