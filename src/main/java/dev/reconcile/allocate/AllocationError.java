package dev.reconcile.allocate;

import java.util.Optional;

/** Why numbers cannot be given or kept. Nothing is written then. */
public sealed interface AllocationError {
  /** The app that has the trouble. */
  String app();

  /** The error and its remedy, in full sentences. */
  String detail();

  /** The command that repairs it, if one does. */
  default Optional<String> command() {
    return Optional.empty();
  }

  /** Every number of the pool has an owner. */
  record Exhausted(String app, Pool pool, int taken) implements AllocationError {
    @Override
    public String detail() {
      return "No free port left in the pool "
          + pool
          + ": "
          + pool.size()
          + " numbers, "
          + taken
          + " assigned (removed apps included), "
          + pool.reservedCount()
          + " reserved. \""
          + app
          + "\" needs one. Release a removed app (reconcile allocate --release NAME) or widen"
          + " allocation.ports.";
    }
  }

  /** Two apps have one number, most likely after a merge. */
  record Shared(String app, String other, int number) implements AllocationError {
    @Override
    public String detail() {
      return "The number "
          + number
          + " is assigned to both \""
          + other
          + "\" and \""
          + app
          + "\" (after a merge?).";
    }

    @Override
    public Optional<String> command() {
      return Optional.of("reconcile allocate --reassign " + app);
    }
  }

  /** The pool no longer has the app's number. */
  record Outside(String app, int number, Pool pool) implements AllocationError {
    @Override
    public String detail() {
      String why = pool.reserved().contains(number) ? "is reserved" : "is not in the pool " + pool;
      return "The number " + number + " of \"" + app + "\" " + why + ". It is not moved by itself.";
    }

    @Override
    public Optional<String> command() {
      return Optional.of("reconcile allocate --reassign " + app);
    }
  }

  /** The ledger was made by rules that this version does not know. */
  record UnknownAlgorithm(String app, String algorithm) implements AllocationError {
    @Override
    public String detail() {
      return "The ledger was made with \""
          + algorithm
          + "\", which this version does not know. Its numbers are honoured, but \""
          + app
          + "\" needs a new one: use a newer reconcile.";
    }
  }
}
