// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.model.Diagnostic;
import java.io.IOException;
import java.util.Optional;

/** A request to the engine that failed, with a message for the administrator. */
public final class EngineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final EngineFailure failure;
  private final String command;

  /** Creates an exception without a remedy to type. */
  public EngineException(EngineFailure failure, String message) {
    this(failure, message, "");
  }

  /** Creates an exception with the command to type next; empty for none. */
  public EngineException(EngineFailure failure, String message, String command) {
    super(message);
    this.failure = failure;
    this.command = command;
  }

  /** Creates an exception for a value in the engine that cannot be understood. */
  static EngineException malformed(String what, IOException why) {
    String reason = String.valueOf(why.getMessage()).lines().findFirst().orElse("");
    return new EngineException(
        EngineFailure.NO_RECORD,
        """
        %s in the engine cannot be understood: %s. If another program wrote it, or a newer version \
        of reconcile, this host waits until it is put right.\
        """
            .formatted(what, reason));
  }

  /** Returns the kind of failure. */
  public EngineFailure failure() {
    return failure;
  }

  /** Returns the failure as an error, with its remedy. */
  public Diagnostic diagnostic() {
    Diagnostic error = Diagnostic.error(failure.summary(), String.valueOf(getMessage()));
    return Optional.of(command)
        .filter(text -> !text.isEmpty())
        .map(error::withCommand)
        .orElse(error);
  }
}
