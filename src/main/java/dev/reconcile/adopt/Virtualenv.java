package dev.reconcile.adopt;

import java.util.List;

/**
 * What was seen of a virtualenv.
 *
 * @param isThere whether there is one
 * @param python its interpreter's path; empty if it is the usual one
 * @param installed what is installed in it, as lines of a requirements file, sorted
 * @param roots the names of those that no other one needs
 * @param local what is installed from a directory of the host, which no such line can say
 */
public record Virtualenv(
    boolean isThere,
    String python,
    List<String> installed,
    List<String> roots,
    List<String> local) {
  public Virtualenv {
    installed = List.copyOf(installed);
    roots = List.copyOf(roots);
    local = List.copyOf(local);
  }
}
