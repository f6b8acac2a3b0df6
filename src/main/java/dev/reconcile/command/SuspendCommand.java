package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.TextFormat;
import dev.reconcile.notify.SuspensionFile;
import dev.reconcile.report.Suspension;
import dev.reconcile.report.Timestamps;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.RootDirectory;
import dev.reconcile.run.RunId;
import dev.reconcile.run.RunLock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The commands {@code suspend} and {@code resume}: whether an apply may change this host. */
public final class SuspendCommand {
  private final Invocation arguments;
  private final Console console;
  private final Host host;

  public SuspendCommand(Invocation arguments, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    this.arguments = arguments;
    this.console = console;
    Path root = Path.of(arguments.value("root").orElse("/"));
    RootDirectory.prepare(root, true);
    this.host = hosts.open(root, RunId.at(Instant.now()), List.of());
    HostFactory.requireRoot(host, "Only root can suspend and resume", "Run it with sudo.");
  }

  /** Gives the word, or another one in its place. */
  public ExitCode suspend() throws CommandFailed, HostException {
    String reason = arguments.value("reason").orElse("").strip();
    if (reason.isEmpty() || !TextFormat.LINE.accepts(reason)) {
      throw Invocation.usage(
          "No reason", "Say in one line why, for those who will wonder: --reason TEXT.");
    }
    Suspension word = new Suspension(Timestamps.text(Instant.now()), console.person(), reason);
    SuspensionFile.write(host, word);
    say("Suspended: " + reason + "\n");
    tellOfRun();
    return ExitCode.OK;
  }

  // what has begun is not broken off
  private void tellOfRun() throws HostException {
    try (RunLock _ = RunLock.take(host, Duration.ZERO, "reconcile suspend")) {
      return;
    } catch (CommandFailed e) {
      for (Diagnostic diagnostic : e.diagnostics()) {
        console.say(Diagnostic.notice("A run is in progress", diagnostic.detail()));
      }
    }
  }

  /** Takes the word back. */
  public ExitCode resume() throws HostException {
    Optional<Suspension> word = SuspensionFile.of(host);
    if (word.isEmpty()) {
      say("Nothing to do: it is not suspended.\n");
      return ExitCode.OK;
    }
    SuspensionFile.remove(host);
    say(
        "Resumed. It was suspended since "
            + word.get().since()
            + ": "
            + word.get().reason()
            + "\n");
    return ExitCode.OK;
  }

  private void say(String text) {
    if (!console.isQuiet()) {
      console.print(text);
    }
  }
}
