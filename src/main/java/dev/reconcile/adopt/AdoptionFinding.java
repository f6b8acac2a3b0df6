// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

/**
 * A statement about the host or the tree that the administrator should read.
 *
 * @param sort its meaning for the administrator
 * @param app the app that it concerns; empty for the host
 * @param text one or more sentences, which never hold a secret's value
 * @param place the location on the host that it is about
 */
public record AdoptionFinding(Sort sort, String app, String text, SourceLocation place) {
  /** The meaning of a finding; the order of the constants is the order in the report. */
  public enum Sort {
    /** The host has it. */
    FOUND("found"),
    /** The tree keeps it as it is. */
    TAKEN("taken over"),
    /** The tree improves on it; the plan shows the difference. */
    IMPROVEMENT("will be different"),
    /** It stays as it is, unmanaged. */
    LEFT("stays unmanaged"),
    /** Only the administrator can decide it. */
    QUESTION("to be decided by you");

    private final String title;

    Sort(String title) {
      this.title = title;
    }

    /** Returns the heading above findings of this sort. */
    public String title() {
      return title;
    }
  }
}
