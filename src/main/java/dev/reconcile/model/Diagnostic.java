// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A message for the user: an error, a warning, a notice or a finding.
 *
 * @param severity the severity; an error stops the run
 * @param summary a short text without values, always the same for the same mistake
 * @param detail the mistake, its reason and the remedy, in full sentences
 * @param origin the place in the desired state, if the mistake is there
 * @param command the command to type next, in the syntax of a shell, without a line break
 */
public record Diagnostic(
    Severity severity,
    String summary,
    String detail,
    Optional<Origin> origin,
    Optional<String> command) {

  private static final Pattern PASSWORD =
      Pattern.compile("(?i)(\\bhttps?://)[^/\\s\"']*@|(://)[^/\\s\"']*:[^/\\s\"']*@");

  private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9_./+@:-]+");

  // Characters that move a terminal's cursor or change the direction of the following text, except
  // line break and tab.
  private static final Pattern UNPRINTABLE =
      Pattern.compile(
          "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

  /** Makes the detail and the command safe to display, because they may quote untrusted text. */
  public Diagnostic {
    detail = shown(detail);
    command = command.map(Diagnostic::shown);
  }

  /** Creates a diagnostic without a command. */
  public Diagnostic(Severity severity, String summary, String detail, Optional<Origin> origin) {
    this(severity, summary, detail, origin, Optional.empty());
  }

  /**
   * Masks the passwords of addresses in an untrusted text, and replaces unprintable characters by
   * {@code ?}.
   */
  public static String shown(String text) {
    return UNPRINTABLE.matcher(masked(text)).replaceAll("?");
  }

  /**
   * Masks the user and the password of each address in a text. An address other than http(s) is
   * masked only if it has a password.
   */
  public static String masked(String text) {
    return text.contains("@") ? PASSWORD.matcher(text).replaceAll("$1$2***@") : text;
  }

  /** Creates an error at a place in the desired state. */
  public static Diagnostic error(Origin origin, String summary, String detail) {
    return new Diagnostic(Severity.ERROR, summary, detail, Optional.of(origin));
  }

  /** Creates an error of the host or of the whole run. */
  public static Diagnostic error(String summary, String detail) {
    return new Diagnostic(Severity.ERROR, summary, detail, Optional.empty());
  }

  /** Creates a warning at a place in the desired state. */
  public static Diagnostic warning(Origin origin, String summary, String detail) {
    return new Diagnostic(Severity.WARNING, summary, detail, Optional.of(origin));
  }

  /** Creates a warning of the host or of the whole run. */
  public static Diagnostic warning(String summary, String detail) {
    return new Diagnostic(Severity.WARNING, summary, detail, Optional.empty());
  }

  /** Creates a notice: a fact that the user should know, and that is no fault. */
  public static Diagnostic notice(String summary, String detail) {
    return new Diagnostic(Severity.NOTICE, summary, detail, Optional.empty());
  }

  /** Creates a finding on a host; the command repairs the problem or shows its details. */
  public static Diagnostic finding(String summary, String detail, String command) {
    return warning(summary, detail).withCommand(command);
  }

  /**
   * Returns a text as one word of a command: as it is if a shell keeps it, otherwise in single
   * quotes (POSIX, Shell Command Language, 2.2.2).
   */
  public static String word(String text) {
    return PLAIN_WORD.matcher(text).matches() ? text : quoted(text);
  }

  /** Returns a text in single quotes, as one word of a command. */
  public static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** Returns the same diagnostic with a command to type next. */
  public Diagnostic withCommand(String next) {
    return new Diagnostic(severity, summary, detail, origin, Optional.of(next));
  }

  /** Returns the same diagnostic with another severity. */
  public Diagnostic withSeverity(Severity other) {
    return new Diagnostic(other, summary, detail, origin, command);
  }

  /** Reports whether the diagnostic stops the run. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
