package dev.reconcile.model;

/** What was found at a resource's address. */
public sealed interface Live {

  /** Nothing is there. */
  record Absent() implements Live {}

  /**
   * A resource of this kind is there.
   *
   * @param spec what it is, in the same terms as what it should be
   * @param marked whether it carries our own mark, so that it is known to be ours
   */
  record Present(Record spec, boolean marked) implements Live {}

  /**
   * Something of another sort is in the way.
   *
   * @param what a person's words for it, such as "a directory"
   */
  record Obstructed(String what) implements Live {}

  /** The host cannot say (no service manager under a root directory): the resource is left out. */
  record Unknowable(String why) implements Live {}

  /** Nothing there. */
  Live ABSENT = new Absent();
}
