package dev.reconcile.adopt;

/**
 * Something that a person should know of the host or of the tree.
 *
 * @param sort what it means for them
 * @param app which app it concerns; empty for the host
 * @param text one sentence or a few, which never hold a secret's value
 * @param place where on the host it was seen
 */
public record AdoptionFinding(Sort sort, String app, String text, SourceLocation place) {
  /** What a finding means, in the order in which a person reads of it. */
  public enum Sort {
    /** It was there. */
    FOUND("found"),
    /** The tree says the same. */
    TAKEN("taken over"),
    /** The tree says something better; the plan will show it. */
    IMPROVEMENT("will be different"),
    /** It stays as it is, and nobody looks after it. */
    LEFT("stays unmanaged"),
    /** Only a person can decide it. */
    QUESTION("to be decided by you");

    private final String title;

    Sort(String title) {
      this.title = title;
    }

    /** A heading above findings of this sort. */
    public String title() {
      return title;
    }
  }
}
