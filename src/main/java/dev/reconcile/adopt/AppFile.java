// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writer of an app's file, which has only the keys that differ from their defaults. */
final class AppFile {
  private final HostInventory seen;
  private final FoundApp app;
  private final Sourcing sourcing;
  private final SiteMatching ownership;
  private final Adoption.Draft draft;
  private final AdoptionFindings findings;
  private final String name;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  AppFile(HostInventory seen, FoundApp app, SiteMatching ownership, Adoption.Draft draft) {
    this.seen = seen;
    this.app = app;
    this.sourcing = new Sourcing(seen, app);
    this.ownership = ownership;
    this.draft = draft;
    this.findings = draft.findings;
    this.name = app.name();
  }

  /**
   * Adds the app's files to the draft; {@code null} means that the tree manages no site of the app.
   */
  void write(@Nullable Site site) {
    app.processes().forEach(this::found);
    new SourceKeys(seen, app, sourcing, draft).put(keys);
    account();
    AppContext context = new AppContext(seen, app, sourcing, ownership, draft);
    app.processes().forEach(process -> process.addKeys(keys, context));
    new VariableKeys(app, sourcing, draft).put(keys);
    health();
    site(site);
    app.processes().forEach(this::unit);
    for (FoundProcess process : app.processes()) {
      new DropIn(context, process).write();
    }
    String head = String.join("", app.processes().stream().map(AppFile::head).toList());
    draft.files.put("apps/" + name + ".yaml", head + Yaml.of(keys));
  }

  private void found(FoundProcess process) {
    String state = process.unit().isRunning() ? "running" : process.unit().state();
    findings.found(name, process.unit().name() + ", " + state + ".", process.exec());
  }

  private static String head(FoundProcess process) {
    String files =
        String.join("", process.unit().files().stream().map(file -> ", " + file.path()).toList());
    return "# From " + process.unit().name() + files + "\n";
  }

  private void account() {
    boolean wasRoot = app.user().equals("root");
    if (wasRoot && !sourcing.user().equals("root")) {
      findings.improvement(name, "runs as " + sourcing.user() + " instead of root.", place("User"));
      return;
    }
    sourcing
        .needsRoot()
        .ifPresent(why ->
            findings.question(
                name,
                """
                It keeps running as root, because %s. Change that, and remove user: \
                root.\
                """
                    .formatted(why.why()),
                why.place()));
    if (!sourcing.user().equals(Layout.WEB_USER)) {
      keys.put("user", sourcing.user());
    }
    if (!sourcing.group().equals(sourcing.user())) {
      keys.put("group", sourcing.group());
    }
  }

  private SourceLocation place(String key) {
    return app.unit().last(key).map(ParsedUnitFile.Setting::place).orElse(app.exec());
  }

  // The first apply checks the app's health. An app that answers with an error now would fail it.
  private void health() {
    Map<String, Object> health = new LinkedHashMap<>();
    String path = app.web().healthPath();
    if (!path.equals("/")) {
      health.put("path", path);
    }
    Integer status = seen.statuses().get(name);
    if (status == null) {
      findings.question(
          name,
          """
          It does not answer now, so its health is unknown. See journalctl -u %s.\
          """
              .formatted(app.unit().name()),
          app.exec());
    } else if (status < 200 || status > 399) {
      health.put("status", String.valueOf(status));
      String answer = "It answers " + status + " to GET " + path + ", so this counts as healthy";
      if (status < 500) {
        findings.taken(name, answer + ": health.status.", app.exec());
      } else {
        findings.question(
            name,
            answer + ", although it may be an error. Set health.path to a path that answers.",
            app.exec());
      }
    }
    if (!health.isEmpty()) {
      keys.put("health", health);
    }
  }

  private void site(@Nullable Site site) {
    if (site == null) {
      keys.put("site", false);
      findings.left(
          name, "It has no site of its own in the tree: site: false.", SourceLocation.NONE);
      ownership
          .asking(app)
          .forEach(entry ->
              findings.taken(
                  name,
                  "nginx asks it for " + entry.getKey().title() + owner(entry.getKey()) + ".",
                  SourceLocation.of(entry.getValue().directive())));
      return;
    }
    keys.put("site", site.keys());
    site.template().ifPresent(text -> draft.files.put("templates/" + name + ".conf", text));
  }

  private String owner(ProxiedServer server) {
    return ownership
        .owner(server)
        .filter(other -> ownership.isMoved(server) && !other.equals(app))
        .map(other -> ", whose site is that of " + other.name())
        .orElse(", whose site stays as it is");
  }

  private void unit(FoundProcess process) {
    if (process.isManaged()) {
      return;
    }
    findings.improvement(
        name,
        """
        has the unit of all apps: started again when it dies, with only the \
        rights that it needs (/usr, /boot and /etc are read-only, /home and \
        /root are hidden unless it is there, /tmp and HOME are its own).\
        """,
        process.exec());
    Optional<ParsedUnitFile.Setting> reload =
        process.unit().all("Unit", "ReloadPropagatedFrom").stream().findFirst();
    if (reload.isPresent() && process.unit().last("ExecReload").isEmpty()) {
      findings.improvement(
          name,
          "ReloadPropagatedFrom= has no effect without ExecReload=: the new unit has both.",
          reload.get().place());
    }
    for (ParsedUnitFile file : process.unit().files()) {
      file.ignored()
          .forEach(line ->
              findings.improvement(
                  name,
                  "systemd ignores this line, because it is no setting. It is left out.",
                  new SourceLocation(file.path(), line)));
    }
    if (process.isReplaced(new Layout(name))) {
      dropIns(process);
    } else {
      stop(process);
    }
  }

  private void dropIns(FoundProcess process) {
    List<ParsedUnitFile> files = process.unit().files();
    for (ParsedUnitFile dropIn : files.subList(Math.min(1, files.size()), files.size())) {
      draft.after.add("rm " + dropIn.path());
      draft.after.add("systemctl daemon-reload && systemctl restart " + process.unit().name());
      findings.question(
          name,
          """
          This drop-in stays and overrides the new unit. The tree has its settings \
          now. Remove it after the first apply.\
          """,
          SourceLocation.of(dropIn.path()));
    }
  }

  // The old unit is stopped only if it has no clients left, and never if it may still have some.
  private void stop(FoundProcess process) {
    boolean isOne = process.units().size() == 1;
    String unit = String.join(" and ", process.units().stream().map(Unit::name).toList());
    findings.improvement(
        name,
        "becomes %s. %s running beside it until you stop %s."
            .formatted(
                process.unitIn(new Layout(name)),
                unit + (isOne ? " keeps" : " keep"),
                isOne ? "it" : "them"),
        process.exec());
    List<String> commands = process.units().stream().map(AppFile::stopping).toList();
    List<Blocker> askers = askers(process);
    if (askers.isEmpty()) {
      for (int i = 0; i < commands.size(); i++) {
        draft.after.add(
            process.hasClients()
                ? "reconcile adopt --unasked %s && %s"
                    .formatted(process.units().get(i).name(), commands.get(i))
                : commands.get(i));
      }
    }
    for (Blocker asker : askers) {
      findings.question(
          name,
          "%s keeps running, because %s. When that has changed: %s"
              .formatted(unit, asker.why(), String.join("; ", commands)),
          asker.place());
    }
  }

  private static String stopping(Unit unit) {
    List<String> units = new ArrayList<>(unit.sockets());
    units.add(unit.name());
    return "systemctl disable --now " + String.join(" ", units);
  }

  private List<Blocker> askers(FoundProcess process) {
    List<Blocker> askers =
        process.hasClients()
            ? new ArrayList<>(new AppClients(seen, ownership).of(app))
            : new ArrayList<>();
    for (Unit unit : process.units()) {
      for (String dependent : unit.running().dependents()) {
        askers.add(new Blocker(dependent + " would be stopped with it", process.exec()));
      }
    }
    return askers;
  }
}
