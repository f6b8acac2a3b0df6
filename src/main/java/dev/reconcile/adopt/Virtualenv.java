// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.List;

/**
 * Facts about the Python packages that an app uses.
 *
 * @param directory the directory of its interpreter: a virtualenv, or an installation of Python
 * @param python the interpreter's path in the tree; empty for the default
 * @param installed the installed packages, as sorted lines of a requirements file
 * @param roots names of the packages that no other package needs
 * @param local names of packages that were installed from a directory of the host, which no such
 *     line can express
 * @param problem the reason why the tree cannot use the interpreter; empty if it can
 */
public record Virtualenv(
    String directory,
    String python,
    List<String> installed,
    List<String> roots,
    List<String> local,
    String problem) {
  /** No known packages. */
  public static final Virtualenv NONE = new Virtualenv("", "", List.of(), List.of(), List.of(), "");

  public Virtualenv {
    installed = List.copyOf(installed);
    roots = List.copyOf(roots);
    local = List.copyOf(local);
  }
}
