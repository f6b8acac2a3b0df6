package dev.reconcile.apply;

/** Told of steps that take long, so that a person at a terminal sees what is going on. */
public interface Progress {
  /** Nobody is watching. */
  Progress NONE = (subject, what) -> () -> {};

  /**
   * A long step begins, maybe beside others.
   *
   * @param subject the app that it is for, or what else waits for it
   * @param what what is done, such as {@code installing its requirements}
   * @return to be closed when it has ended
   */
  Ongoing begins(String subject, String what);

  /** A long step that has begun. */
  interface Ongoing extends AutoCloseable {
    /** It has ended, well or not. */
    @Override
    void close();
  }
}
