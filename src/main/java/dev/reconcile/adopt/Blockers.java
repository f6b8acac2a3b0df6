package dev.reconcile.adopt;

import java.util.Optional;

/** Why something cannot be said by the tree's keys: the first reason is enough. */
final class Blockers {
  private Optional<Obstacle> first = Optional.empty();

  /**
   * A reason.
   *
   * @param why in words that follow "because"
   * @param place what it is about
   */
  record Obstacle(String why, SourceLocation place) {}

  void add(String why, SourceLocation place) {
    first = first.or(() -> Optional.of(new Obstacle(why, place)));
  }

  Optional<Obstacle> first() {
    return first;
  }
}
