// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/** The actual state that was found at a resource's address. */
public sealed interface Live {

  /** Nothing exists there. */
  record Absent() implements Live {}

  /**
   * A resource of this kind exists there.
   *
   * @param spec its actual state, of the same type as the desired state
   * @param marked whether it carries reconcile's mark, which shows that reconcile made it
   */
  record Present(Record spec, boolean marked) implements Live {}

  /**
   * Something of another kind is in the way.
   *
   * @param what its description, such as "a directory"
   */
  record Obstructed(String what) implements Live {}

  /**
   * The state is unknown, for example because a root directory has no service manager. The resource
   * is left out.
   */
  record Unknowable(String why) implements Live {}

  /** The state of an absent resource. */
  Live ABSENT = new Absent();
}
