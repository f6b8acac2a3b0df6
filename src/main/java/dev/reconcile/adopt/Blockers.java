// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.Optional;

/** The reasons why the tree's keys cannot express a setting. Only the first one is kept. */
final class Blockers {
  private Optional<Blocker> first = Optional.empty();

  /**
   * A reason against an adoption, or against a form of it.
   *
   * @param why a clause that follows "because"
   * @param place the location that it is about
   */
  record Blocker(String why, SourceLocation place) {}

  void add(String why, SourceLocation place) {
    first = first.or(() -> Optional.of(new Blocker(why, place)));
  }

  Optional<Blocker> first() {
    return first;
  }
}
