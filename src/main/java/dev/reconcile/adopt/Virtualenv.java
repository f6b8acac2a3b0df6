package dev.reconcile.adopt;

import java.util.List;

/**
 * What was seen of the packages that an app runs with.
 *
 * @param directory where its interpreter is: a virtualenv, or an installation of Python
 * @param python the interpreter's path in the tree; empty if it is the usual one
 * @param installed what is installed there, as lines of a requirements file, sorted
 * @param roots the names of those that no other one needs
 * @param local what is installed from a directory of the host, which no such line can say
 * @param trouble why the tree cannot have such an interpreter; empty if it can
 */
public record Virtualenv(
    String directory,
    String python,
    List<String> installed,
    List<String> roots,
    List<String> local,
    String trouble) {
  /** Nothing that could be found. */
  public static final Virtualenv NONE = new Virtualenv("", "", List.of(), List.of(), List.of(), "");

  public Virtualenv {
    installed = List.copyOf(installed);
    roots = List.copyOf(roots);
    local = List.copyOf(local);
  }
}
