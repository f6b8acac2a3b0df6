package dev.reconcile.source;

/**
 * A repository, a revision or a file in it cannot be had; the message says what, the detail what to
 * do about it. Neither ever holds a password.
 */
public final class SourceException extends Exception {
  /** Who has to act, and on what. */
  public enum Reason {
    /** The address is none that is supported. */
    BAD_URL,
    /** The repository cannot be reached, or its server refuses us. */
    UNREACHABLE,
    /** There is no such branch, tag, commit, or no commit at all. */
    NOT_FOUND,
    /** The address was reached, but no usable repository is there. */
    NOT_A_REPO,
    /** The commit holds something that is refused for safety, such as a link that leads outside. */
    UNSAFE_TREE,
    /** A file is larger than the caller allows. */
    TOO_LARGE,
    /** Objects are missing or damaged and cannot be fetched again. */
    CORRUPT,
    /** This machine's disk: the cache or an exported tree cannot be written. */
    STORAGE
  }

  private final Reason reason;
  private final String detail;

  /**
   * Describes what went wrong.
   *
   * @param message a short summary, always the same for the same mistake
   * @param detail what exactly happened and what to do, in full sentences
   */
  public SourceException(Reason reason, String message, String detail) {
    super(message);
    this.reason = reason;
    this.detail = detail;
  }

  SourceException(Reason reason, String message, String detail, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.detail = detail;
  }

  /** Returns the kind of problem, from which the exit code follows. */
  public Reason reason() {
    return reason;
  }

  /** Returns the summary; never null. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** Returns what exactly happened and what to do about it. */
  public String detail() {
    return detail;
  }

  static SourceException storage(String what, Exception cause) {
    return new SourceException(
        Reason.STORAGE,
        what,
        "The system says: " + PrintableText.line(cause.toString()) + ".",
        cause);
  }

  static SourceException corrupt(String what) {
    return new SourceException(
        Reason.CORRUPT,
        "Damaged git object",
        what + " Check the disk; a cache may be deleted at any time and is fetched again.");
  }
}
