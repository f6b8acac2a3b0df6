// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.model.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/** The run ends here, with an exit code and what a person should know. */
public final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final ExitCode code;
  private final transient List<Diagnostic> diagnostics;
  private final boolean isOfRequest;

  public CommandFailed(ExitCode code, List<Diagnostic> diagnostics) {
    this(code, diagnostics, code == ExitCode.USAGE);
  }

  private CommandFailed(ExitCode code, List<Diagnostic> diagnostics, boolean isOfRequest) {
    super(code.name());
    this.code = code;
    this.diagnostics = List.copyOf(diagnostics);
    this.isOfRequest = isOfRequest;
  }

  public CommandFailed(ExitCode code, String summary, String detail) {
    this(code, List.of(Diagnostic.error(summary, detail)));
  }

  /** A well-formed request that cannot be met; it says nothing of the host. */
  public static CommandFailed request(String summary, String detail) {
    return new CommandFailed(ExitCode.FAILED, List.of(Diagnostic.error(summary, detail)), true);
  }

  /** The same, whose first diagnostic has a command to type next. */
  public CommandFailed suggesting(String command) {
    List<Diagnostic> all = new ArrayList<>(diagnostics);
    all.set(0, all.getFirst().withCommand(command));
    return new CommandFailed(code, all, isOfRequest);
  }

  /** Whether the request is at fault and not the host: then there is no run to report. */
  public boolean isOfRequest() {
    return isOfRequest;
  }

  public ExitCode code() {
    return code;
  }

  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
