package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes an app's file: each key where it differs from what is usual. */
final class AppFile {
  private static final String USER = "www-data";

  private final Seen seen;
  private final Service service;
  private final Adoption.Draft draft;
  private final Findings findings;
  private final String name;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  AppFile(Seen seen, Service service, Adoption.Draft draft) {
    this.seen = seen;
    this.service = service;
    this.draft = draft;
    this.findings = draft.findings;
    this.name = service.name();
  }

  /** Adds the app's files to the draft; without a site the app has none that is managed. */
  void write(@Nullable Site site) {
    String state = service.unit().isRunning() ? "running" : service.unit().state();
    findings.found(name, service.unit().name() + ", " + state + ".", service.exec());
    new SourceKeys(seen, service, draft).put(keys);
    account();
    new GunicornKeys(service, draft).put(keys);
    new VariableKeys(service, draft).put(keys);
    health();
    site(site);
    unit();
    String head =
        "# From "
            + service.unit().name()
            + String.join("", service.unit().files().stream().map(f -> ", " + f.path()).toList())
            + "\n";
    draft.files.put("apps/" + name + ".yaml", head + Yaml.of(keys));
  }

  private void account() {
    String user = service.user();
    if (user.equals("root")) {
      findings.improvement(name, "runs as www-data instead of root.", place("User"));
      return;
    }
    if (!user.equals(USER)) {
      keys.put("user", user);
    }
    String group = service.group().isEmpty() ? user : service.group();
    if (!group.equals(user)) {
      keys.put("group", group);
    }
  }

  private Place place(String key) {
    return service.unit().last(key).map(UnitFile.Setting::place).orElse(service.exec());
  }

  // What does not count as healthy now would keep the app from being taken over.
  private void health() {
    Integer status = seen.statuses().get(name);
    if (status == null) {
      findings.question(
          name,
          "It does not answer now, so it cannot be known whether it will: see journalctl -u "
              + service.unit().name()
              + ".",
          service.exec());
    } else if (status < 200 || status > 399) {
      keys.put("health", Map.of("status", "" + status));
      findings.taken(
          name,
          "It answers " + status + " to GET /, so that counts as working: health.status.",
          service.exec());
    }
  }

  private void site(@Nullable Site site) {
    if (site == null) {
      keys.put("site", false);
      findings.left(name, "It has no site of its own in the tree: site: false.", Place.NONE);
      return;
    }
    keys.put("site", site.keys());
    site.template().ifPresent(text -> draft.files.put("templates/" + name + ".conf", text));
  }

  private void unit() {
    if (service.isManaged()) {
      return;
    }
    findings.improvement(
        name,
        "has the unit of all apps: started again when it dies, with only the rights that it needs"
            + " (/usr, /boot and /etc are read-only, /home and /root are hidden).",
        service.exec());
    Optional<UnitFile.Setting> reload =
        service.unit().files().stream()
            .flatMap(file -> file.settings().stream())
            .filter(setting -> setting.key().equals("ReloadPropagatedFrom"))
            .findFirst();
    if (reload.isPresent() && service.unit().last("ExecReload").isEmpty()) {
      findings.improvement(
          name,
          "ReloadPropagatedFrom= has no effect without ExecReload=: the new unit has both.",
          reload.get().place());
    }
    for (UnitFile file : service.unit().files()) {
      file.ignored()
          .forEach(line ->
              findings.improvement(
                  name,
                  "systemd ignores this line, it is no setting: left out.",
                  new Place(file.path(), line)));
    }
    if (!service.isReplaced()) {
      List<String> units = new ArrayList<>(service.unit().sockets());
      units.add(service.unit().name());
      draft.after.add("systemctl disable --now " + String.join(" ", units));
      findings.improvement(
          name,
          "becomes gunicorn@"
              + name
              + ".service. "
              + service.unit().name()
              + " goes on beside it until you stop it.",
          service.exec());
      return;
    }
    List<UnitFile> files = service.unit().files();
    for (UnitFile dropIn : files.subList(Math.min(1, files.size()), files.size())) {
      draft.after.add("rm " + dropIn.path());
      draft.after.add("systemctl daemon-reload && systemctl restart " + service.unit().name());
      findings.question(
          name,
          "This drop-in stays and goes over the new unit. What it says is in the tree now: remove"
              + " it after the first apply.",
          Place.of(dropIn.path()));
    }
  }
}
