// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

/**
 * The command that makes a run, as the run records it.
 *
 * @param name {@code apply}, or {@code rollback} for a rollback by hand
 * @param repo the address of the repository
 */
public record RunCommand(String name, String repo) {
  /** Returns the command that applies a repository. */
  public static RunCommand apply(String repo) {
    return new RunCommand("apply", repo);
  }

  /** Returns the command that returns apps to an earlier commit of a repository. */
  public static RunCommand rollback(String repo) {
    return new RunCommand("rollback", repo);
  }
}
