package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Version;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import dev.reconcile.notify.StatusPageFile;
import dev.reconcile.notify.SuspensionFile;
import dev.reconcile.report.StatusJson;
import dev.reconcile.report.StatusText;
import dev.reconcile.run.CurrentStatus;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.RootDirectory;
import dev.reconcile.run.RunId;
import dev.reconcile.status.HostStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * The command {@code status}: how the host and its apps are doing. What should be there is what the
 * last applied commit says, from the cache of the repo: a plan of it is the drift.
 *
 * <p>Invariant: no repository is asked, and nothing but the page is written.
 */
public final class StatusCommand {
  private final Invocation arguments;
  private final Console console;
  private final HostFactory hosts;

  public StatusCommand(Invocation arguments, Console console, HostFactory hosts) {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
  }

  /** Prints it; fails if something is not well. */
  public ExitCode run() throws CommandFailed, HostException {
    Path root = Path.of(arguments.value("root").orElse("/"));
    RootDirectory.prepare(root, true);
    Instant now = Instant.now();
    Host host = hosts.open(root, RunId.at(now), Layout.UNIT_PATTERNS);
    HostFactory.requireRoot(
        host,
        "Only root can see how this machine is doing",
        "What reconcile remembers and what apps are started with is root's. Run it with sudo.");
    HostStatus status = CurrentStatus.of(arguments, host, now, SuspensionFile.of(host));
    Optional<String> page = arguments.value("html");
    if (page.isPresent()) {
      // on this machine a path is meant as anywhere else; in a tree it is one of the tree's
      Path typed = Path.of(page.get());
      Path place = host.facts().live() ? typed.toAbsolutePath().normalize() : typed;
      StatusPageFile.write(host, place.toString(), status);
    }
    console.print(
        arguments.has("json")
            ? StatusJson.of(status, Version.text())
            : StatusText.of(status, console.style()));
    return status.isWell() ? ExitCode.OK : ExitCode.FAILED;
  }
}
