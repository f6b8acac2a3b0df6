// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

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
  private final BlockingQueue<String> free = new LinkedBlockingQueue<>();
  private final Set<String> used = ConcurrentHashMap.newKeySet();
  private final int size;

  /** Creates the pool from the build users of the host. */
  BuildUserPool(Facts facts) throws HostException {
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

  /** Takes a user, and waits until one is free. */
  Turn take() throws StepException {
    try {
      String user = free.take();
      return new Turn(user, used.add(user), () -> free.add(user));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepException("Build interrupted", "The run was interrupted before the build.");
    }
  }

  /**
   * The use of a user by a build; closing it returns the user.
   *
   * @param user the user's name
   * @param isFirst whether no build of this run has used the user, so that processes of a killed
   *     run may still run as this user
   */
  record Turn(String user, boolean isFirst, Runnable end) implements AutoCloseable {
    @Override
    public void close() {
      end.run();
    }
  }
}
