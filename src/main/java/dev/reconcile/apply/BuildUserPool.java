package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.UserKind;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The system users that builds run as.
 *
 * <p>Invariant: no two builds have one at the same time, so that none can reach into another.
 */
final class BuildUserPool {
  private final BlockingQueue<String> free = new LinkedBlockingQueue<>();

  /** All that the host has. */
  BuildUserPool(Facts facts) throws HostException {
    for (int i = 1; i <= UserKind.MOST_BUILDERS; i++) {
      String name = UserKind.BUILDER + i;
      if (facts.hasUser(name) && facts.hasGroup(name)) {
        free.add(name);
      }
    }
  }

  /** Ends builds of a run that was killed, and removes what they have made. */
  static void clear(Host host) throws HostException {
    for (String user : host.facts().list(BuildDirectories.ALL)) {
      new BuildDirectories(host, user).clear();
    }
  }

  /** Whether there is none at all. */
  boolean isEmpty() {
    return free.isEmpty();
  }

  /** Waits for one that is free. */
  Turn take() throws StepFailure {
    try {
      String user = free.take();
      return new Turn(user, () -> free.add(user));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StepFailure("A build was interrupted", "The run was interrupted before it.");
    }
  }

  /**
   * One build's time with a user; it ends when this is closed.
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
