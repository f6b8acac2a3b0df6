// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.state.Manifest;

/**
 * The command that makes a run, as the run records it.
 *
 * @param name {@code apply}; or for a run that a person starts, {@code rollback}, {@code restart}
 *     or {@code maintenance}
 * @param repo the address of the repository
 */
public record RunCommand(String name, String repo) {
  private static final String RESTART = "restart";

  /** Returns the command that applies a repository. */
  public static RunCommand apply(String repo) {
    return new RunCommand("apply", repo);
  }

  /** Returns the command that returns apps to an earlier commit of a repository. */
  public static RunCommand rollback(String repo) {
    return new RunCommand("rollback", repo);
  }

  /** Returns the command that restarts processes of an app. */
  public static RunCommand restart(String repo) {
    return new RunCommand(RESTART, repo);
  }

  /** Tells whether a person has asked for the restart of processes. */
  boolean isRestart() {
    return name.equals(RESTART);
  }

  /** Returns the command that begins or ends the maintenance of an app. */
  public static RunCommand maintenance(String repo) {
    return new RunCommand("maintenance", repo);
  }

  /**
   * Tells whether the run leaves everything else as it is. Such a run says nothing about the
   * revisions of apps, so it neither quarantines one nor ends a quarantine.
   */
  boolean isRestricted() {
    return !Manifest.isOfRevisions(name);
  }
}
