// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reconcile.source.SourceException.Reason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests expect of an error: its reason, and that it tells what to do. */
final class Failures {
  private Failures() {}

  static SourceException failure(Reason reason, ThrowingCallable action) {
    SourceException failure = catchThrowableOfType(SourceException.class, action);
    assertThat(failure).as("a SourceException").isNotNull();
    assertThat(failure.reason())
        .as(failure.getMessage() + ": " + failure.detail())
        .isEqualTo(reason);
    return failure;
  }
}
