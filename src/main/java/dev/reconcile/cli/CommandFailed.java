package dev.reconcile.cli;

import dev.reconcile.model.Diagnostic;
import java.util.List;

/** The run ends here, with an exit code and what a person should know. */
public final class CommandFailed extends Exception {
  private static final long serialVersionUID = 1L;
  private final ExitCode code;
  private final transient List<Diagnostic> diagnostics;

  public CommandFailed(ExitCode code, List<Diagnostic> diagnostics) {
    super(code.name());
    this.code = code;
    this.diagnostics = List.copyOf(diagnostics);
  }

  public CommandFailed(ExitCode code, String summary, String detail) {
    this(code, List.of(Diagnostic.error(summary, detail)));
  }

  public ExitCode code() {
    return code;
  }

  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }
}
