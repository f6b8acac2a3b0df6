package dev.reconcile.model;

/** The difference between what is and what should be, for one resource. */
public sealed interface Change {
  /** The resource. */
  Address address();

  /** It is not there and should be. */
  record Create(Declared after) implements Change {
    @Override
    public Address address() {
      return after.address();
    }
  }

  /** It is there and should be different. */
  record Update(Record before, Declared after) implements Change {
    @Override
    public Address address() {
      return after.address();
    }
  }

  /**
   * Something foreign is in its place and is to be taken over.
   *
   * @param before what is there
   */
  record TakeOver(Live before, Declared after) implements Change {
    @Override
    public Address address() {
      return after.address();
    }
  }

  /** It is there, is ours, and is no longer declared. */
  record Delete(Record before, OwnedResource owned) implements Change {
    @Override
    public Address address() {
      return owned.address();
    }
  }

  /** The app it belongs to, empty for the host. */
  default String app() {
    return switch (this) {
      case Create c -> c.after().app();
      case Update u -> u.after().app();
      case TakeOver t -> t.after().app();
      case Delete d -> d.owned().app();
    };
  }
}
