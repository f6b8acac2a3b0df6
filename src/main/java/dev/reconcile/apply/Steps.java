package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Carries out one step on the host: the one switch over all there are. */
final class Steps {
  private static final int MOST_BYTES = 4 << 20;

  private final Host host;
  private final Trees trees;
  private final Progress progress;
  private Set<String> conflictsBefore = Set.of();
  private Optional<Set<String>> treesNeeded = Optional.empty();

  Steps(Host host, Trees trees, Progress progress) {
    this.host = host;
    this.trees = trees;
    this.progress = progress;
  }

  void perform(Step step) throws HostException, StepFailure {
    switch (step) {
      case Step.MakeDirectory s -> host.makeDirectory(s.path(), s.attributes());
      case Step.WriteFile s -> host.writeFile(s.path(), s.content(), s.attributes());
      case Step.SetAttributes s -> host.setAttributes(s.path(), s.attributes());
      case Step.WriteLink s -> host.writeLink(s.path(), s.target());
      case Step.Remove s -> host.remove(s.path());
      case Step.RemoveEmptyDirectory s -> host.removeEmptyDirectory(s.path());
      case Step.BackUp s -> host.backUp(s.path());
      case Step.Restore s -> host.restore(s.run(), s.path());
      case Step.InstallPackage s -> install(List.of(s.name()));
      case Step.ExportTree s -> export(s);
      case Step.BuildVenv s -> new VenvBuilder(host, progress).build(s.home(), s.recipe());
      case Step.MakeSelfSigned s -> new Certificates(host, progress).make(s);
      case Step.ObtainCertificate s -> new Certificates(host, progress).obtain(s);
      case Step.ReplaceSite s -> replace(s);
      case Step.DiscardTrees s -> discard(s);
      case Step.Systemctl s -> systemctl(s);
      case Step.AwaitHealth s -> new HealthCheck(host, progress).await(s.probe());
      case Step.TestNginx s -> new Nginx(host).test(conflictsBefore);
      case Step.ReloadNginx s -> new Nginx(host).reload();
      case Step.DrainNginx s -> new Nginx(host).drain();
      case Step.CheckConfig s -> new Bridges(host, progress).check(s.bridge());
      case Step.StartBridge s -> new Bridges(host, progress).start(s.bridge());
      case Step.StopBridge s -> new Bridges(host, progress).stop(s.app());
    }
  }

  /** Notes what nginx warns of before anything is changed. */
  void noteConflicts() throws HostException {
    conflictsBefore = new Nginx(host).conflicts();
  }

  /** Installs packages, all in one go. */
  void install(List<String> names) throws HostException, StepFailure {
    new Packages(host, progress).install(names);
  }

  private void export(Step.ExportTree step) throws HostException, StepFailure {
    if (host.facts().stat(step.directory()).isPresent()) {
      return; // named after its content, and only ever renamed into place whole
    }
    int slash = step.directory().lastIndexOf('/');
    String store = step.directory().substring(0, slash);
    String app = store.substring(store.lastIndexOf('/') + 1);
    String staging = store + "/.new-" + step.directory().substring(slash + 1);
    try (Progress.Ongoing _ = progress.begins(app, "writing its code")) {
      host.discardTree(staging);
      host.makeDirectory(staging, Attributes.root(0755));
      try {
        trees.export(step.tree(), host.onDisk(staging));
      } catch (HostException | StepFailure e) {
        host.discardTree(staging); // half a tree is of no use to the next run
        throw e;
      }
      host.publish(staging, step.directory());
    }
  }

  private void discard(Step.DiscardTrees step) throws HostException {
    Set<String> kept = treesNeeded();
    for (String name : host.facts().list(step.store())) {
      String tree = step.store() + "/" + name;
      if (!step.keep().contains(name) && !kept.contains(tree)) {
        host.discardTree(tree);
      }
    }
    host.removeEmptyDirectory(step.store());
  }

  // Read once: it does not change while a run removes trees, and each app would read it all again.
  private synchronized Set<String> treesNeeded() throws HostException {
    if (treesNeeded.isEmpty()) {
      treesNeeded = Optional.of(Manifests.treesNeeded(host.facts()));
    }
    return treesNeeded.get();
  }

  private void replace(Step.ReplaceSite step) throws HostException, StepFailure {
    Content earlier = new Content(host.facts().read(step.path(), MOST_BYTES), false);
    host.writeFile(step.path(), step.content(), Attributes.root(0644));
    try {
      new Nginx(host).test(conflictsBefore);
    } catch (StepFailure e) {
      host.writeFile(step.path(), earlier, Attributes.root(0644));
      throw e;
    }
  }

  private void systemctl(Step.Systemctl step) throws HostException, StepFailure {
    Command command =
        step.unit().isEmpty()
            ? Command.of("systemctl", step.verb().word())
            : Command.of("systemctl", step.verb().word(), step.unit());
    if (step.verb() == Step.UnitVerb.START || step.verb() == Step.UnitVerb.RESTART) {
      // one that failed too often is refused, in words that vary, until systemd forgets that
      host.run(Command.of("systemctl", "reset-failed", step.unit()));
    }
    CommandRunner.Result result = host.run(command.within(Duration.ofMinutes(3)));
    if (!result.ok()) {
      throw new StepFailure(
          "systemctl " + step.verb().word() + " failed",
          (command.text() + ": " + result.tail(5)).strip()
              + (step.unit().isEmpty() ? "" : Journal.lastLines(host, step.unit())));
    }
    if (step.verb() == Step.UnitVerb.STOP) {
      // one that ended badly would stay listed as failed although nobody wants it any more
      host.run(Command.of("systemctl", "reset-failed", step.unit()));
    }
  }
}
