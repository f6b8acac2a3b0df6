// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.model.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/** The failure of a command, with its exit code and the diagnostics for the user. */
public final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final ExitCode code;
  private final transient List<Diagnostic> diagnostics;
  private final boolean isOfRequest;

  /** Creates a failure; with {@link ExitCode#USAGE} it is a failure of the request. */
  public CommandFailed(ExitCode code, List<Diagnostic> diagnostics) {
    this(code, diagnostics, code == ExitCode.USAGE);
  }

  private CommandFailed(ExitCode code, List<Diagnostic> diagnostics, boolean isOfRequest) {
    super(code.name());
    this.code = code;
    this.diagnostics = List.copyOf(diagnostics);
    this.isOfRequest = isOfRequest;
  }

  /** Creates a failure with one error. */
  public CommandFailed(ExitCode code, String summary, String detail) {
    this(code, List.of(Diagnostic.error(summary, detail)));
  }

  /**
   * Creates the failure of a well-formed request that cannot be fulfilled; the state of the host is
   * not its cause.
   */
  public static CommandFailed request(String summary, String detail) {
    return new CommandFailed(ExitCode.FAILED, List.of(Diagnostic.error(summary, detail)), true);
  }

  /** Returns this failure with a command to run next in its first diagnostic. */
  public CommandFailed suggesting(String command) {
    List<Diagnostic> all = new ArrayList<>(diagnostics);
    all.set(0, all.getFirst().withCommand(command));
    return new CommandFailed(code, all, isOfRequest);
  }

  /**
   * Tells whether the request, not the host, caused the failure; such a command has no run to
   * report.
   */
  public boolean isOfRequest() {
    return isOfRequest;
  }

  /** Returns the exit code of the command. */
  public ExitCode code() {
    return code;
  }

  /** Returns the diagnostics in the order of their output. */
  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
