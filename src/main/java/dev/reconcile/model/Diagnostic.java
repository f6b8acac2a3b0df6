// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A message for the user: an error, a warning, a notice or a finding.
 *
 * @param severity whether the run can go on
 * @param summary short, without values: always the same for the same mistake
 * @param detail what exactly is the matter and what to do, in full sentences
 * @param origin where in the desired state, if it is there
 * @param command the command to type next, as a shell takes it; without a line break
 */
public record Diagnostic(
    Severity severity,
    String summary,
    String detail,
    Optional<Origin> origin,
    Optional<String> command) {

  private static final Pattern PASSWORD =
      Pattern.compile("(?i)(\\bhttps?://)[^/\\s\"']*@|(://)[^/\\s\"']*:[^/\\s\"']*@");

  // what moves a terminal's cursor, or turns the direction of what follows; not line break and tab
  private static final Pattern UNPRINTABLE =
      Pattern.compile(
          "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]");

  /** What a detail quotes may come from anywhere; it is made fit to be shown. */
  public Diagnostic {
    detail = shown(detail);
    command = command.map(Diagnostic::shown);
  }

  /** A diagnostic without a command. */
  public Diagnostic(Severity severity, String summary, String detail, Optional<Origin> origin) {
    this(severity, summary, detail, origin, Optional.empty());
  }

  /** A text from anywhere without passwords of addresses, and with ? for what is unprintable. */
  public static String shown(String text) {
    return UNPRINTABLE.matcher(masked(text)).replaceAll("?");
  }

  /** A text without the users and passwords of web addresses, and without any other passwords. */
  public static String masked(String text) {
    return text.contains("@") ? PASSWORD.matcher(text).replaceAll("$1$2***@") : text;
  }

  /** An error at a place in the desired state. */
  public static Diagnostic error(Origin origin, String summary, String detail) {
    return new Diagnostic(Severity.ERROR, summary, detail, Optional.of(origin));
  }

  /** An error of the host or of the run as a whole. */
  public static Diagnostic error(String summary, String detail) {
    return new Diagnostic(Severity.ERROR, summary, detail, Optional.empty());
  }

  /** A warning at a place in the desired state. */
  public static Diagnostic warning(Origin origin, String summary, String detail) {
    return new Diagnostic(Severity.WARNING, summary, detail, Optional.of(origin));
  }

  /** A warning of the host or of the run as a whole. */
  public static Diagnostic warning(String summary, String detail) {
    return new Diagnostic(Severity.WARNING, summary, detail, Optional.empty());
  }

  /** A notice: nothing is wrong, but it should not go unsaid. */
  public static Diagnostic notice(String summary, String detail) {
    return new Diagnostic(Severity.NOTICE, summary, detail, Optional.empty());
  }

  /** A finding on a host, which the command repairs, or shows in detail. */
  public static Diagnostic finding(String summary, String detail, String command) {
    return warning(summary, detail).withCommand(command);
  }

  /** The same with a command to type next. */
  public Diagnostic withCommand(String next) {
    return new Diagnostic(severity, summary, detail, origin, Optional.of(next));
  }

  /** The same with another severity. */
  public Diagnostic withSeverity(Severity other) {
    return new Diagnostic(other, summary, detail, origin, command);
  }

  /** Whether this stops the run. */
  public boolean isError() {
    return severity == Severity.ERROR;
  }
}
