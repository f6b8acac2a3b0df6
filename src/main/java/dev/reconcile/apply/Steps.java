// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HttpProbe;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import dev.reconcile.plan.Plan;
import dev.reconcile.state.ManifestStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The execution of steps on the host, by a switch over all kinds of steps. */
final class Steps {
  private static final int MOST_BYTES = 4 << 20;

  private final Host host;
  private final TreeExporter trees;
  private final Progress progress;
  private final ServiceLogs journal;
  private final StandbyInstances standbys;
  private final LedSockets ledSockets;
  private final ReleaseRunner releases;
  private final BackgroundProcesses processes;
  private final PipTools tools;
  private Set<String> conflictsBefore = Set.of();
  private Optional<Set<String>> treesNeeded = Optional.empty();
  private Optional<BuildUserPool> builders = Optional.empty();
  private final Map<Step.Probe, HttpProbe.Answer> answers = new ConcurrentHashMap<>();

  /**
   * @param isRestart whether a person has asked for the restart of the plan's processes
   */
  Steps(
      Host host,
      Plan plan,
      TreeExporter trees,
      Progress progress,
      RunRecorder recorder,
      boolean isRestart) {
    this.host = host;
    this.trees = trees;
    this.progress = progress;
    this.journal = ServiceLogs.of(host, plan);
    this.tools = new PipTools(host);
    this.processes =
        new BackgroundProcesses(
            host, plan, progress, journal, recorder.processesBefore(), isRestart);
    FutureFiles future = new FutureFiles(host.facts(), plan);
    this.standbys = new StandbyInstances(host, future, progress, journal);
    this.ledSockets = new LedSockets(host, progress);
    this.releases =
        new ReleaseRunner(
            host, future, progress, journal, recorder::released, processes::killedAtStop);
  }

  void perform(Step step) throws HostException, StepException {
    switch (step) {
      case Step.MakeDirectory s -> host.makeDirectory(s.path(), s.attributes());
      case Step.WriteFile s -> host.writeFile(s.path(), s.content(), s.attributes());
      case Step.SetAttributes s -> host.setAttributes(s.path(), s.attributes());
      case Step.WriteLink s -> host.writeLink(s.path(), s.target());
      case Step.Remove s -> host.remove(s.path());
      case Step.RemoveEmptyDirectory s -> host.removeEmptyDirectory(s.path());
      case Step.BackUp s -> host.backUp(s.path());
      case Step.Restore s -> host.restore(s.run(), s.path());
      case Step.MakeUser s -> Users.make(host, s);
      case Step.InstallPackage s -> install(List.of(s.name()));
      case Step.ExportTree s -> export(s);
      case Step.SeedDirectory s -> DataSeed.make(host, trees, s);
      case Step.MoveData s -> DataMover.move(host, s, processes::killedAtStop);
      case Step.BuildTree s -> new TreeBuilder(host, trees, progress).build(s, builders());
      case Step.BuildVenv s ->
          new VenvBuilder(host, trees, tools, progress).build(s.home(), s.recipe(), builders());
      case Step.MakeSelfSigned s -> new CertificateIssuer(host, progress).make(s);
      case Step.ObtainCertificate s -> new CertificateIssuer(host, progress).obtain(s);
      case Step.ReplaceSite s -> replace(s);
      case Step.DiscardTrees s -> discard(s);
      case Step.Systemctl s -> systemctl(s);
      case Step.StartTimer s -> startTimer(s);
      case Step.RemoveOldSockets s -> OldSockets.remove(host, s);
      case Step.AwaitHealth s ->
          answers.put(s.probe(), new HealthCheck(host, progress, journal).await(s.probe()));
      case Step.TestNginx s -> new NginxControl(host).test(conflictsBefore);
      case Step.ReloadNginx s -> new NginxControl(host).reload();
      case Step.DrainNginx s -> new NginxControl(host).drain();
      case Step.ControlProcess s -> processes.perform(s);
      case Step.RunRelease s -> releases.run(s.release());
      case Step.SkipRelease s -> releases.skip(s.release());
      case Step.EndHold s -> ReleaseHold.end(host, s);
      case Step.Rehearse s -> standbys.rehearse(s.standby(), s.probe());
      case Step.StandIn s -> standbys.standIn(s);
      case Step.LeadSocket s -> ledSockets.lead(s);
      case Step.LeadBack s -> ledSockets.leadBack(s);
      case Step.DrainAddress s -> ledSockets.drain(s);
      case Step.StartStandby s -> standbys.start(s.standby());
      case Step.StopStandby s -> standbys.stop(s.app());
    }
  }

  /** Returns the answers of apps to their health checks. */
  Map<Step.Probe, HttpProbe.Answer> answers() {
    return answers;
  }

  /** Returns what the report says of steps that did not fail. */
  List<Diagnostic> notices() {
    Stream<Diagnostic> plain =
        Stream.concat(standbys.plain().stream(), ledSockets.plain().stream())
            .map(reason ->
                Diagnostic.notice(
                    "Restart without a standby instance",
                    reason + " Requests waited while the app restarted."));
    return Stream.concat(processes.notices().stream(), plain).toList();
  }

  /** Records nginx's warnings before any change. */
  void noteConflicts() throws HostException {
    conflictsBefore = new NginxControl(host).conflicts();
  }

  /**
   * Installs the packages of tasks. One apt-get installs all of them, because each call reads the
   * package lists. If one package is unavailable, apt-get installs none, and then each package is
   * installed alone.
   *
   * @return the failures by task
   */
  Map<Task, Optional<FailedStep>> installAll(List<Task> tasks) {
    List<String> names =
        tasks.stream().flatMap(task -> task.steps().stream()).map(Steps::packageOf).toList();
    Optional<FailedStep> fault = FailedStep.in(() -> install(names));
    Map<Task, Optional<FailedStep>> faults = new LinkedHashMap<>();
    for (Task task : tasks) {
      boolean again = fault.isPresent() && tasks.size() > 1;
      faults.put(task, again ? FailedStep.in(this, task.steps()) : fault);
    }
    return faults;
  }

  private static String packageOf(Step step) {
    return ((Step.InstallPackage) step).name();
  }

  private void install(List<String> names) throws HostException, StepException {
    new Packages(host, progress).install(names);
  }

  private void export(Step.ExportTree step) throws HostException, StepException {
    int slash = step.directory().lastIndexOf('/');
    String store = step.directory().substring(0, slash);
    String app = store.substring(store.lastIndexOf('/') + 1);
    String staging = store + "/.new-" + step.directory().substring(slash + 1);
    boolean isThere = host.facts().stat(step.directory()).isPresent();
    try (Progress.Ongoing _ = progress.begins(app, "writing its code")) {
      host.discardTree(staging);
      host.makeDirectory(staging, FileAttributes.root(0755));
      try {
        trees.export(step.tree(), host.onDisk(staging));
        DataLinks.make(host, staging, step.links());
      } catch (HostException | StepException e) {
        host.discardTree(staging); // the next run cannot use an incomplete tree
        if (isThere && e instanceof StepException) {
          return; // an earlier version exported a tree that is refused now
        }
        throw e;
      }
      // The tree is named after its content and is published whole. If a user has changed it since,
      // the changed tree is kept in the backup.
      if (isThere && host.sameTrees(step.directory(), staging)) {
        host.discardTree(staging);
        return;
      }
      if (isThere) {
        host.backUp(step.directory());
      }
      host.publish(staging, step.directory());
    }
  }

  private void discard(Step.DiscardTrees step) throws HostException {
    Set<String> needed = treesNeeded();
    Set<String> kept = new HashSet<>(needed);
    if (step.store().startsWith(Layout.CHECKOUTS + "/")) {
      String app = step.store().substring(step.store().lastIndexOf('/') + 1);
      boolean goes = step.keep().isEmpty();
      kept.addAll(PointedTrees.of(host.facts(), app, venv -> !goes || needed.contains(venv)));
    }
    for (String name : host.facts().list(step.store())) {
      String tree = step.store() + "/" + name;
      if (!step.keep().contains(name) && !kept.contains(tree)) {
        host.discardTree(tree);
      }
    }
    host.removeEmptyDirectory(step.store());
  }

  // Read once for all apps, because it does not change while a run removes trees.
  private synchronized Set<String> treesNeeded() throws HostException {
    if (treesNeeded.isEmpty()) {
      Set<String> needed = new HashSet<>(ManifestStore.treesNeeded(host.facts()));
      needed.addAll(CommandTrees.of(host));
      treesNeeded = Optional.of(needed);
    }
    return treesNeeded.get();
  }

  private synchronized BuildUserPool builders() throws HostException {
    if (builders.isEmpty()) {
      builders = Optional.of(new BuildUserPool(host));
    }
    return builders.get();
  }

  private void replace(Step.ReplaceSite step) throws HostException, StepException {
    Content earlier = new Content(host.facts().read(step.path(), MOST_BYTES), false);
    host.writeFile(step.path(), step.content(), FileAttributes.root(0644));
    try {
      new NginxControl(host).test(conflictsBefore);
    } catch (StepException e) {
      host.writeFile(step.path(), earlier, FileAttributes.root(0644));
      throw e;
    }
  }

  private void systemctl(Step.Systemctl step) throws HostException, StepException {
    if (step.verb() == Step.UnitVerb.STOP && Layout.isProcess(step.unit())) {
      processes.stop(step.unit());
      return;
    }
    // a pattern matches only loaded units, so a missing unit is not an error
    boolean tries =
        step.verb() == Step.UnitVerb.TRY_RESTART || step.verb() == Step.UnitVerb.RESET_FAILED;
    String unit = tries ? asPattern(step.unit()) : step.unit();
    Command command =
        unit.isEmpty()
            ? Command.of("systemctl", step.verb().word())
            : Command.of("systemctl", step.verb().word(), unit);
    if (step.verb() == Step.UnitVerb.START || step.verb() == Step.UnitVerb.RESTART) {
      loadAll(step.unit());
      // systemd refuses to start a unit that failed too often, until the counter is reset
      host.run(Command.of("systemctl", "reset-failed", step.unit()));
    }
    CommandRunner.Result result = host.run(command.within(Duration.ofMinutes(3)));
    if (!result.ok()) {
      throw new StepException(
          "systemctl " + step.verb().word() + " failed",
          (command.text() + ": " + result.tail(5)).strip()
              + (step.unit().isEmpty() ? "" : journal.lastLines(step.unit())));
    }
    if (step.verb() == Step.UnitVerb.STOP) {
      // a unit that ended with an error would stay listed as failed
      host.run(Command.of("systemctl", "reset-failed", step.unit()));
    }
  }

  // A rollback performs the step, too, after the schedule of the failed revision has gone.
  private void startTimer(Step.StartTimer step) throws HostException, StepException {
    if (host.facts().stat(Layout.enablement(step.unit())).isPresent()) {
      systemctl(new Step.Systemctl(Step.UnitVerb.RESTART, step.unit()));
    }
  }

  // Hand-made drop-ins of an app's unit were rehearsed, so they must be loaded, too. systemd
  // notices a new directory only after it has looked for some other unit.
  private void loadAll(String unit) throws HostException {
    boolean ofApp = Layout.isOfApps(unit);
    if (ofApp
        && host.run(Command.of("systemctl", "show", "-P", "NeedDaemonReload", unit))
            .out()
            .strip()
            .equals("yes")) {
      host.run(Command.of("systemctl", "daemon-reload"));
    }
  }

  private static String asPattern(String unit) {
    int last = unit.length() - 1;
    return unit.substring(0, last) + "[" + unit.charAt(last) + "]";
  }
}
