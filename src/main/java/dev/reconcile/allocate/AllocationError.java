// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.allocate;

import java.util.Optional;

/** The reason why numbers cannot be assigned or kept. An apply then writes nothing. */
public sealed interface AllocationError {
  /** Returns the app that the error belongs to. */
  String app();

  /** Returns what is wrong and what to do, in full sentences. */
  String detail();

  /** Returns the command that repairs it, if there is one. */
  default Optional<String> command() {
    return Optional.empty();
  }

  /** No number of the pool is free. */
  record Exhausted(String app, Pool pool, int taken) implements AllocationError {
    @Override
    public String detail() {
      return """
      No free port left in the pool %s: %s numbers, %s assigned (removed apps \
      included), %s reserved. "%s" needs one. Release a removed app, or widen \
      allocation.ports.\
      """
          .formatted(pool, pool.size(), taken, pool.reservedCount(), app);
    }

    @Override
    public Optional<String> command() {
      return Optional.of("reconcile allocate --release NAME");
    }
  }

  /** Two apps have the same number, most likely after a merge. */
  record Shared(String app, String other, int number) implements AllocationError {
    @Override
    public String detail() {
      return "The number %s is assigned to both \"%s\" and \"%s\" (after a merge?)."
          .formatted(number, other, app);
    }

    @Override
    public Optional<String> command() {
      return Optional.of("reconcile allocate --reassign " + app);
    }
  }

  /** The pool no longer contains the app's number. */
  record Outside(String app, int number, Pool pool) implements AllocationError {
    @Override
    public String detail() {
      String why = pool.reserved().contains(number) ? "is reserved" : "is not in the pool " + pool;
      return "The number %s of \"%s\" %s. It is not moved by itself.".formatted(number, app, why);
    }

    @Override
    public Optional<String> command() {
      return Optional.of("reconcile allocate --reassign " + app);
    }
  }

  /** An algorithm that this version does not know made the ledger. */
  record UnknownAlgorithm(String app, String algorithm) implements AllocationError {
    @Override
    public String detail() {
      return """
      The ledger was made with "%s", which this version does not know. Its \
      numbers are honoured, but "%s" needs a new one: use a newer reconcile.\
      """
          .formatted(algorithm, app);
    }
  }
}
