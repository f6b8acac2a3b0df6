// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.notify;

import dev.reconcile.apply.Applied;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.plan.Plan;
import dev.reconcile.report.AppliedText;
import dev.reconcile.report.PlanText;
import dev.reconcile.report.RunJson;
import dev.reconcile.report.RunReport;
import dev.reconcile.run.HostFactory;
import dev.reconcile.state.LastRun;
import dev.reconcile.state.ManifestStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reports the result of a run, whether it succeeded or not, and records it unless it was a dry run.
 */
public final class RunReporter {

  private final Invocation arguments;
  private final Console console;
  private final HostFactory hosts;
  private final Host host;
  private final boolean dry;
  private final Metrics metrics;

  /**
   * Creates a reporter for one run.
   *
   * @param arguments the arguments of the run
   * @param console where the report is printed
   * @param hosts opens a host whose facts are read anew
   * @param host the host of the run
   * @param dry whether the run is a dry run: its report is only printed
   * @throws CommandFailed if the arguments name an unsuitable file for the metrics
   */
  public RunReporter(
      Invocation arguments, Console console, HostFactory hosts, Host host, boolean dry)
      throws CommandFailed {
    this.arguments = arguments;
    this.console = console;
    this.hosts = hosts;
    this.host = host;
    this.dry = dry;
    this.metrics = new Metrics(arguments, host);
  }

  /**
   * Reports a run.
   *
   * @return the exit code of the run; {@link ExitCode#FAILED} if the report could not be written
   */
  public ExitCode of(RunReport run, ExitCode code) {
    String json = arguments.has(CommonOptions.JSON) || !dry ? RunJson.of(run) : "";
    if (dry) {
      print(run, json);
      return code;
    }
    try {
      host.writeState(LastRun.PATH, Content.of(json), FileAttributes.root(0640));
      print(run, json);
      tellOthers(run, json);
      printName(run);
      return code;
    } catch (HostException e) {
      Diagnostic refused = e.diagnostic();
      console.say(refused);
      RunReport failed = run.failed(ExitCode.FAILED.number(), refused);
      print(failed, RunJson.of(failed));
      tellOthers(failed, RunJson.of(failed));
      printName(failed);
      return ExitCode.FAILED;
    }
  }

  // A run without a manifest has changed nothing, so the history has no details of it.
  private void printName(RunReport run) {
    boolean failed = run.exit() != ExitCode.OK.number() && run.exit() != ExitCode.CHANGED.number();
    if (failed && !arguments.has(CommonOptions.JSON)) {
      console.print("Run: " + run.run() + "\n");
      if (hasManifest(run)) {
        console.print(console.style().command("reconcile history " + run.run()));
      }
    }
  }

  private boolean hasManifest(RunReport run) {
    try {
      return host.facts().stat(ManifestStore.pathOf(run.run())).isPresent();
    } catch (HostException e) {
      return false; // the run has reported the failure of the host
    }
  }

  private void print(RunReport run, String json) {
    if (arguments.has(CommonOptions.JSON)) {
      console.print(json);
    } else if (run.plan().isPresent()) {
      printText(run.plan().get(), run.applied(), run.isTriedAgain());
    }
  }

  // A failed notification does not fail the run.
  private void tellOthers(RunReport run, String json) {
    try {
      metrics.write(run);
    } catch (HostException e) {
      console.say(Diagnostic.warning("Metrics not written", e.message()));
    }
    boolean quiet =
        run.exit() == ExitCode.OK.number() && run.plan().isPresent() && run.plan().get().isEmpty();
    try {
      StatusPageFile.refresh(arguments, hosts, run.run(), run.started(), quiet)
          .ifPresent(console::say);
    } catch (CommandFailed e) {
      e.diagnostics().forEach(console::say);
    }
    if (host.facts().live()) {
      runHooks(run, json);
    }
  }

  private void runHooks(RunReport run, String json) {
    Map<String, List<String>> commands = new HashMap<>();
    for (Option.Repeatable hook : CommonOptions.HOOKS) {
      commands.put(hook.name(), arguments.values(hook));
    }
    try {
      new Hooks(commands, console, host, Hooks.LIMIT).after(run, isWhole(run), json);
    } catch (HostException e) {
      console.say(Diagnostic.warning("Hooks not run", e.message()));
    }
  }

  private boolean isWhole(RunReport run) {
    return run.command().equals("apply") && arguments.values(RunOptions.ONLY).isEmpty();
  }

  private void printText(Plan made, Optional<Applied> applied, boolean isTriedAgain) {
    if (made.hasErrors() && !dry) {
      made.held().values().forEach(console::say);
      made.diagnostics().forEach(console::say);
      console.print("Nothing was changed.\n");
    } else if (applied.isEmpty() || made.isEmpty()) {
      boolean silent =
          console.isQuiet()
              && made.isEmpty()
              && made.diagnostics().isEmpty()
              && made.held().isEmpty();
      console.print(silent ? "" : PlanText.of(made, console.style()));
    } else {
      console.print(AppliedText.of(made, applied.get(), console.style(), isTriedAgain));
      applied.get().notices().forEach(console::say);
    }
  }
}
