package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.report.HistoryJson;
import dev.reconcile.report.HistoryText;
import dev.reconcile.run.HostFactory;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import java.nio.file.Path;
import java.util.List;

/** The command {@code history}: what runs have changed, and which of them can be gone back to. */
public final class HistoryCommand {
  private final Invocation arguments;
  private final Console console;

  public HistoryCommand(Invocation arguments, Console console) {
    this.arguments = arguments;
    this.console = console;
  }

  /** Prints it, the newest first. */
  public ExitCode run() throws CommandFailed, HostException {
    Path root = Path.of(arguments.value("root").orElse("/"));
    LocalHost host = new LocalHost(root, new ProcessRunner(), "history", List.of());
    HostFactory.requireRoot(
        host, "Only root can read the backups", "They hold what files held. Run it with sudo.");
    List<Manifest> runs = ManifestStore.all(host.facts()).reversed();
    console.print(arguments.has("json") ? HistoryJson.of(runs) : HistoryText.of(runs));
    return ExitCode.OK;
  }
}
