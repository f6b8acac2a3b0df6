// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Maintenance;
import dev.reconcile.model.State;
import dev.reconcile.report.Timestamps;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.MaintenanceRun;
import dev.reconcile.state.StateFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command {@code maintenance}, which shows visitors of an app a page instead of the app. */
final class MaintenanceCommand implements Subcommand {
  private static final int LONGEST = 300;
  private static final Option.Single MESSAGE =
      Option.value("message", "TEXT", Values.TEXT, "show TEXT to visitors, in one line");

  @Override
  public String name() {
    return "maintenance";
  }

  @Override
  public String summary() {
    return "show visitors of an app a maintenance page";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("APP", Values.APP, true));
  }

  @Override
  public Optional<Operand> secondOperand() {
    return Optional.of(new Operand("on|off", Values.CHOICE, true));
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public String description() {
    return """
    With "on", nginx answers visitors of the app's site with the status 503 and a page, until
    "off". The app runs on, and runs deploy and check it as ever, at its own address. The page
    survives runs and reboots. Challenges of ACME servers are answered. Changes only the file
    of the site, and does not access the repo. Also works while the host is suspended.
    """;
  }

  @Override
  public List<Option> options() {
    List<Option> options =
        new ArrayList<>(List.of(MESSAGE, CommonOptions.PATH, CommonOptions.HOST));
    options.addAll(RunOptions.reporting());
    return options;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "reconcile maintenance shop on --message 'Back at 18:00.'",
        "reconcile maintenance shop off");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return ReportedRun.byHand(
        invocation,
        console,
        hosts,
        name(),
        run -> {
          State state = StateFile.load(run.host().facts());
          String app =
              LiveApps.named(invocation, state, "to be maintained", "reconcile maintenance --help");
          return MaintenanceRun.of(run, app, wanted(invocation, state, app));
        });
  }

  private static Optional<Maintenance> wanted(Invocation invocation, State state, String app)
      throws CommandFailed {
    String word = invocation.words().size() > 1 ? invocation.words().get(1) : "";
    if (word.equals("off")) {
      return Optional.empty();
    }
    if (!word.equals("on")) {
      throw Invocation.usage(
          "Missing word after the app",
          "Write \"on\" or \"off\" after %s, not \"%s\".".formatted(app, word));
    }
    Optional<Maintenance> present = Optional.ofNullable(state.maintenance().get(app));
    String message =
        invocation
            .value(MESSAGE)
            .map(String::strip)
            .orElse(present.map(Maintenance::message).orElse(Maintenance.USUAL));
    if (message.isEmpty() || message.length() > LONGEST || !message.matches("[^\\p{Cntrl}]+")) {
      throw Invocation.usage(
          "Invalid message",
          "--message takes one line of at most %d characters.".formatted(LONGEST));
    }
    return Optional.of(
        new Maintenance(
            present.map(Maintenance::since).orElse(Timestamps.text(Instant.now())), message));
  }
}
