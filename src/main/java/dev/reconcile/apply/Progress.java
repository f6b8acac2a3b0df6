package dev.reconcile.apply;

/** Told of steps that take long, so that a person at a terminal sees what is going on. */
public interface Progress {
  /** Nobody is watching. */
  Progress NONE = text -> {};

  /** A long step begins. */
  void begins(String text);
}
