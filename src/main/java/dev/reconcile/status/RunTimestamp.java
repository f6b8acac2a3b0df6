// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The start time of a run, which is the first part of its name. */
public final class RunTimestamp {
  private static final Pattern NAME =
      Pattern.compile("(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)Z.*");

  private RunTimestamp() {}

  /** Parses the start time from the name of a run; empty if the name has another form. */
  public static Optional<Instant> of(String run) {
    Matcher name = NAME.matcher(run);
    if (!name.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(name.replaceFirst("$1-$2-$3T$4:$5:$6Z")));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
