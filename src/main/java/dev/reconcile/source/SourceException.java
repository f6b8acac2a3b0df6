// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.model.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * A failure to get a repository, a revision or a file. The message names the problem, the detail
 * explains it and says what to do. Neither ever holds a password.
 */
public final class SourceException extends Exception {
  /** The kind of problem. */
  public enum Reason {
    /** The address is not supported. */
    BAD_URL,
    /** The repository cannot be reached, or its server denies access. */
    UNREACHABLE,
    /** The branch, tag or commit does not exist, or the repository has no commit. */
    NOT_FOUND,
    /** The address was reached, but holds no usable repository. */
    NOT_A_REPO,
    /** The commit holds an entry that is refused for safety, such as a link that leads outside. */
    UNSAFE_TREE,
    /** A file is larger than the caller allows. */
    TOO_LARGE,
    /** Objects are missing or damaged and cannot be fetched again. */
    CORRUPT,
    /** The cache or an exported tree cannot be written on this machine. */
    STORAGE
  }

  private final Reason reason;
  private final String detail;
  private final String command;

  /**
   * Creates the exception.
   *
   * @param message a short summary, always the same for the same mistake
   * @param detail what happened and what to do, in full sentences
   */
  public SourceException(Reason reason, String message, String detail) {
    super(message);
    this.reason = reason;
    this.detail = detail;
    this.command = "";
  }

  SourceException(Reason reason, String message, String detail, Throwable cause) {
    this(reason, message, detail, "", cause);
  }

  private SourceException(
      Reason reason, String message, String detail, String command, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.detail = detail;
    this.command = command;
  }

  /** Returns this failure with a command that removes its cause. */
  SourceException suggesting(String next) {
    return new SourceException(reason, message(), detail, next, getCause());
  }

  /** Returns the kind of problem, which determines the exit code. */
  public Reason reason() {
    return reason;
  }

  /** Returns the summary; never null. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** Returns what happened and what to do; a command has a line of its own. */
  public String detail() {
    return command.isEmpty() ? detail : detail + "\n  " + command;
  }

  /** Returns the failure as an error. */
  public Diagnostic diagnostic() {
    Diagnostic plain = Diagnostic.error(message(), detail);
    return command.isEmpty() ? plain : plain.withCommand(command);
  }

  static SourceException storage(String summary, Exception cause) {
    return new SourceException(
        Reason.STORAGE,
        summary,
        "The system reports: " + PrintableText.line(cause.toString()) + ".",
        cause);
  }

  static SourceException storage(String summary, Object path, Exception cause) {
    return new SourceException(
        Reason.STORAGE,
        summary,
        "%s: the system reports %s.".formatted(path, PrintableText.line(cause.toString())),
        cause);
  }

  static SourceException corrupt(String problem) {
    return new SourceException(
        Reason.CORRUPT,
        "Damaged git object",
        problem + " Check the disk; a cache may be deleted at any time and is fetched again.");
  }
}
