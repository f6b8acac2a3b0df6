// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.Layout;
import dev.reconcile.model.TextFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An app's key {@code gunicorn}, which has the settings of its command line that differ from the
 * defaults.
 */
final class GunicornKeys {
  /** Settings that other keys of the tree, or systemd, take care of. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "chdir",
          "user",
          "group",
          "workers",
          "accesslog",
          "errorlog",
          "wsgi_app",
          "raw_env",
          "config",
          "check_config",
          "print_config");

  private final HostInventory seen;
  private final FoundApp app;
  private final Sourcing sourcing;
  private final SiteMatching ownership;
  private final Adoption.Draft draft;
  private final AdoptionFindings findings;
  private final String name;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  GunicornKeys(AppContext context) {
    this.seen = context.seen();
    this.ownership = context.ownership();
    this.app = context.app();
    this.sourcing = context.sourcing();
    this.draft = context.draft();
    this.findings = draft.findings;
    this.name = app.name();
  }

  void put(Map<String, Object> keysOfApp) {
    String module = GunicornApps.module(app.web().command(), app.web().config());
    if (!module.equals("main:app")) {
      keys.put("app", module);
    }
    workers();
    bind();
    log("accesslog", "access_log", "access.log");
    log("errorlog", "error_log", "error.log");
    options();
    if (!keys.isEmpty()) {
      keysOfApp.put("gunicorn", keys);
    }
  }

  // At least as many as run now.
  private void workers() {
    Optional<Integer> workers = app.web().workers();
    int count = workers.orElse(1);
    String written = app.web().configured("workers").orElse("");
    boolean unknown =
        workers.isEmpty() && (app.web().config().sets("workers") || !written.isEmpty());
    if (unknown) {
      findings.question(
          name,
          "Its number of workers is unknown while it does not run. Set gunicorn.workers.",
          app.web().place("workers"));
    }
    if (!unknown && count != 2) {
      keys.put("workers", count);
    }
    if (workers.isPresent() && !written.equals(String.valueOf(count)) && !app.isManaged()) {
      findings.taken(
          name,
          "has " + count + (count == 1 ? " worker" : " workers") + ", as many as run now.",
          app.web().place("workers"));
    }
  }

  private void bind() {
    String usual = ListenAddress.ofApp(name);
    String suffixed = usual.replace(".sock", "-");
    if (app.isManaged()) {
      String address = app.addresses().getFirst();
      if (!address.equals(usual)) {
        keys.put("bind", address.startsWith(suffixed) ? "socket-suffix" : "port");
      }
      return;
    }
    boolean taken = !app.isReplaced() && app.addresses().contains(usual);
    if (taken) {
      keys.put("bind", "socket-suffix");
      draft.before.add("reconcile allocate .");
    }
    findings.improvement(
        name,
        """
        listens on %s, made by systemd for %s (0660), instead of %s: no request \
        is lost in a restart.\
        """
            .formatted(
                (taken ? suffixed + "NUMBER.sock" : usual).substring("unix:".length()),
                Layout.WEB_USER,
                String.join(" and ", app.web().shownAddresses())),
        app.web().place("bind"));
    boolean byPort =
        ownership
            .asking(app)
            .flatMap(entry -> entry.getValue().addresses().stream())
            .anyMatch(address -> address.startsWith(ListenAddress.TCP));
    if (byPort) {
      findings.improvement(
          name,
          """
          has no REMOTE_ADDR behind a socket of systemd: the app sees an empty text \
          instead of 127.0.0.1.\
          """,
          app.web().place("bind"));
    }
  }

  // gunicorn still reads its configuration file; the tree's keys override it.
  private void log(String setting, String key, String file) {
    String usual = new Layout(name).logs() + "/" + file;
    boolean fromFile = app.web().setting(setting).isEmpty() && app.web().config().sets(setting);
    String now = app.web().configured(setting).orElse("");
    if (now.equals(usual)) {
      return;
    }
    if (fromFile && now.isEmpty()) {
      keys.put(key, false); // the file has an expression, which only gunicorn can evaluate
      return;
    }
    boolean own = now.startsWith(new Layout(name).logs() + "/");
    boolean kept =
        TextFormat.ABSOLUTE_PATH.accepts(now)
            && (own || seen.access().canWrite(sourcing.user(), sourcing.group(), now));
    if (kept) {
      keys.put(key, now);
    } else if (app.isManaged() || (now.equals("-") && key.equals("error_log"))) {
      keys.put(key, false);
    } else {
      findings.improvement(
          name,
          "has its %s in %s%s"
              .formatted(
                  key.replace('_', ' '),
                  usual,
                  now.isEmpty() ? ", it had none." : " instead of " + now + "."),
          app.web().place(setting));
    }
  }

  private void options() {
    Map<String, Object> options = new LinkedHashMap<>();
    config(options);
    app.web()
        .command()
        .settings()
        .forEach((setting, value) -> {
          if (ELSEWHERE.contains(setting)) {
            return;
          }
          Optional<GunicornSetting> known = GunicornSetting.of(setting);
          if (known.isPresent() && !known.get().isOption()) {
            findings.improvement(
                name, "has no setting " + setting + ". " + known.get().refusal(), app.exec());
          } else if (known.isPresent() && isTaken(known.get(), value)) {
            options.put(setting, scalar(sourcing.moved(value)));
          } else {
            findings.question(
                name, "The tree cannot have the setting " + setting + ".", app.exec());
          }
        });
    if (!options.isEmpty()) {
      keys.put("options", options);
    }
  }

  // The path must be valid in the directory where the new unit starts gunicorn.
  private void config(Map<String, Object> options) {
    String written = app.web().setting("config").orElse("");
    String path = app.web().config().path();
    boolean usual = path.equals(app.directory() + "/gunicorn.conf.py");
    if (path.isEmpty() ? written.isEmpty() : usual) {
      return;
    }
    boolean inside = path.startsWith(app.directory() + "/");
    String found =
        path.isEmpty() ? written : inside ? path.substring(app.directory().length() + 1) : path;
    if (TextFormat.LINE.accepts(found)) {
      options.put("config", found);
      findings.taken(
          name,
          """
          its configuration file, %s. Its settings other than workers, bind and logs \
          still apply.\
          """
              .formatted(found),
          app.exec());
    }
  }

  // reload is useless: files of a revision never change, because each revision has its own folder
  private static boolean isTaken(GunicornSetting setting, String value) {
    return switch (setting.sort()) {
      case FLAG -> List.of("true", "false").contains(value) && !setting.name().equals("reload");
      case NUMBER -> value.matches("[0-9]{1,9}");
      case TEXT, LIST -> TextFormat.VALUE.accepts(value) && !setting.name().startsWith("reload");
    };
  }

  private static Object scalar(String value) {
    if (value.equals("true") || value.equals("false")) {
      return value.equals("true");
    }
    return value.matches("0|[1-9][0-9]{0,8}") ? (Object) Integer.valueOf(value) : value;
  }
}
