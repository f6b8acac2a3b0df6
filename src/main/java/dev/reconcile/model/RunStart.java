// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The start time of a run, which is the first part of its name.
 *
 * @param text the time as in RFC 3339, in UTC and in whole seconds
 */
public record RunStart(String text) {
  private static final Pattern NAME =
      Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)Z.*");

  /** Parses the start time from the name of a run; empty if the name has another form. */
  public static Optional<RunStart> of(String run) {
    Matcher name = NAME.matcher(run);
    return name.matches()
        ? Optional.of(new RunStart(name.replaceFirst("$1-$2-$3T$4:$5:$6Z")))
        : Optional.empty();
  }

  /** Returns the point in time; empty if there is no such date. */
  public Optional<Instant> at() {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
