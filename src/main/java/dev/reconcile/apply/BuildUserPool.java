// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.UserKind;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The pool of system users for builds.
 *
 * <p>Invariant: no two builds use a user at the same time, so that a build cannot access another
 * one.
 */
final class BuildUserPool {
  private final Host host;
  private final BlockingQueue<String> free = new LinkedBlockingQueue<>();
  private final Set<String> used = ConcurrentHashMap.newKeySet();
  private final int size;

  /** Creates the pool from the build users of the host. */
  BuildUserPool(Host host) throws HostException {
    this.host = host;
    Facts facts = host.facts();
    for (int i = 1; i <= UserKind.MOST_BUILDERS; i++) {
      String name = UserKind.BUILDER + i;
      if (facts.hasUser(name) && facts.hasGroup(name)) {
        free.add(name);
      }
    }
    size = free.size();
  }

  /** Stops the builds of killed runs and removes their directories. */
  static void clear(Host host) throws HostException {
    for (String user : host.facts().list(BuildDirectories.ALL)) {
      new BuildDirectories(host, user).clear();
    }
  }

  /** Reports whether the host has no such user. */
  boolean isEmpty() {
    return size == 0;
  }

  /**
   * Takes a user, and waits until one is free. A build waits until its processes have ended, so
   * only processes of killed runs may still run as a user that no build of this run has used; they
   * are stopped.
   */
  Turn take() throws HostException, StepException {
    try {
      String user = free.take();
      Turn turn = new Turn(user, () -> free.add(user));
      if (used.add(user)) {
        stopEarlier(turn);
      }
      return turn;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException("Build interrupted", "The run was interrupted before the build.");
    }
  }

  private void stopEarlier(Turn turn) throws HostException {
    boolean isDone = false;
    try {
      new BuildDirectories(host, turn.user()).clear();
      // pip of a killed run of an earlier version of reconcile would continue to write
      host.run(Command.of("systemctl", "stop", "reconcile-venv-*.scope"));
      isDone = true;
    } finally {
      if (!isDone) {
        turn.close();
      }
    }
  }

  /**
   * The use of a user by a build; closing it returns the user.
   *
   * @param user the user's name
   */
  record Turn(String user, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }
}
