package dev.reconcile.allocate;

/** The reason why numbers cannot be assigned or kept. An apply then writes nothing. */
public sealed interface AllocationError {
  /** Returns the app that the error belongs to. */
  String app();

  /** Returns what is wrong and what to do, in full sentences. */
  String detail();

  /** No number of the pool is free. */
  record Exhausted(String app, Pool pool, int taken) implements AllocationError {
    @Override
    public String detail() {
      return """
      The pool %s is exhausted: %s numbers, %s assigned (removed apps \
      included), %s reserved, 0 free; "%s" cannot be placed. Release a \
      removed app (reconcile allocate --release NAME) or widen \
      allocation.ports.\
      """
          .formatted(pool, pool.size(), taken, pool.reservedCount(), app);
    }
  }

  /** Two apps have the same number, most likely after a merge. */
  record Shared(String app, String other, int number) implements AllocationError {
    @Override
    public String detail() {
      return """
      The number %s is assigned to both "%s" and "%s" (after a merge?). Run: \
      reconcile allocate --reassign %s\
      """
          .formatted(number, other, app, app);
    }
  }

  /** The pool no longer contains the app's number. */
  record Outside(String app, int number, Pool pool) implements AllocationError {
    @Override
    public String detail() {
      String why = pool.reserved().contains(number) ? "is reserved" : "is not in the pool " + pool;
      return """
      The number %s of "%s" %s. It is not moved by itself. Run: reconcile \
      allocate --reassign %s\
      """
          .formatted(number, app, why, app);
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
