// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Optional;

/** The difference between the actual and the desired state of a resource. */
public sealed interface Change {
  /** Returns the resource's address. */
  Address address();

  /** The resource is missing. */
  record Create(Declared after) implements Change {
    @Override
    public Address address() {
      return after.address();
    }
  }

  /** The resource exists and differs. */
  record Update(Record before, Declared after) implements Change {
    @Override
    public Address address() {
      return after.address();
    }
  }

  /**
   * A resource that reconcile does not own is in its place and is taken over.
   *
   * @param before the existing resource
   */
  record TakeOver(Live before, Declared after) implements Change {
    @Override
    public Address address() {
      return after.address();
    }
  }

  /** The resource exists, reconcile owns it, and the repo no longer declares it. */
  record Delete(Record before, OwnedResource owned) implements Change {
    @Override
    public Address address() {
      return owned.address();
    }
  }

  /** Returns the declared resource; empty if the change deletes it. */
  default Optional<Declared> declared() {
    return switch (this) {
      case Create c -> Optional.of(c.after());
      case Update u -> Optional.of(u.after());
      case TakeOver t -> Optional.of(t.after());
      case Delete _ -> Optional.empty();
    };
  }

  /** Returns the app that the resource belongs to; empty for the host. */
  default String app() {
    return switch (this) {
      case Create c -> c.after().app();
      case Update u -> u.after().app();
      case TakeOver t -> t.after().app();
      case Delete d -> d.owned().app();
    };
  }
}
