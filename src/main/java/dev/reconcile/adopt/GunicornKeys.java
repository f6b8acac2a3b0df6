package dev.reconcile.adopt;

import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An app's key {@code gunicorn}: what its command line says, where it is not what is usual. */
final class GunicornKeys {
  /** What the tree says elsewhere, or systemd does. */
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
          "daemon",
          "pidfile",
          "check_config",
          "print_config");

  private final Service service;
  private final Adoption.Draft draft;
  private final Findings findings;
  private final String name;
  private final Map<String, Object> keys = new LinkedHashMap<>();

  GunicornKeys(Service service, Adoption.Draft draft) {
    this.service = service;
    this.draft = draft;
    this.findings = draft.findings;
    this.name = service.name();
  }

  void put(Map<String, Object> app) {
    String module = Services.module(service.command());
    if (!module.equals("main:app")) {
      keys.put("app", module);
    }
    workers();
    bind();
    log("accesslog", "access_log", "access.log");
    log("errorlog", "error_log", "error.log");
    options();
    if (!keys.isEmpty()) {
      app.put("gunicorn", keys);
    }
  }

  private void workers() {
    String workers = service.setting("workers").orElse("1");
    if (!workers.matches("[1-9][0-9]{0,2}")) {
      findings.question(name, "It has " + workers + " workers; the tree says 2.", service.exec());
    } else if (!workers.equals("2")) {
      keys.put("workers", Integer.parseInt(workers));
    }
    if (service.setting("workers").isEmpty() && service.setting("config").isPresent()) {
      findings.question(
          name,
          "Its configuration file may set the number of workers and where it listens: the tree's"
              + " own go over that. Set gunicorn.workers.",
          service.exec());
    }
  }

  private void bind() {
    String usual = Address.ofApp(name);
    String suffixed = usual.replace(".sock", "-");
    if (service.isManaged()) {
      String address = service.addresses().getFirst();
      if (!address.equals(usual)) {
        keys.put("bind", address.startsWith(suffixed) ? "socket-suffix" : "port");
      }
      return;
    }
    boolean taken = !service.isReplaced() && service.addresses().contains(usual);
    if (taken) {
      keys.put("bind", "socket-suffix");
      draft.before.add("reconcile allocate .");
    }
    findings.improvement(
        name,
        "listens on "
            + (taken ? suffixed + "NUMBER.sock" : usual).substring("unix:".length())
            + ", made by systemd for www-data (0660), instead of "
            + String.join(" and ", service.command().binds())
            + ": no request is lost in a restart.",
        service.exec());
    if (service.addresses().stream().anyMatch(address -> address.startsWith("tcp:"))) {
      findings.question(
          name,
          "Whoever else asks "
              + String.join(" and ", service.command().binds())
              + " finds nobody there any more.",
          service.exec());
    }
  }

  // Root's own logs are closed to others, and a folder of the app's own is made for it.
  private void log(String setting, String key, String file) {
    String usual = "/var/log/gunicorn/" + name + "/" + file;
    String now = service.setting(setting).orElse("");
    if (now.equals(usual)) {
      return;
    }
    boolean kept =
        Rule.ABSOLUTE_PATH.accepts(now)
            && (now.startsWith("/var/log/gunicorn/" + name + "/")
                || !service.user().equals("root"));
    if (kept) {
      keys.put(key, now);
    } else if (service.isManaged() || (now.equals("-") && key.equals("error_log"))) {
      keys.put(key, false);
    } else {
      findings.improvement(
          name,
          "has its "
              + key.replace('_', ' ')
              + " in "
              + usual
              + (now.isEmpty() ? ", it had none." : " instead of " + now + "."),
          service.exec());
    }
  }

  private void options() {
    Map<String, Object> options = new LinkedHashMap<>();
    service
        .command()
        .settings()
        .forEach((setting, value) -> {
          if (ELSEWHERE.contains(setting)) {
            return;
          }
          Optional<GunicornSetting> known = GunicornSetting.of(setting);
          if (known.isPresent() && !known.get().isOption()) {
            findings.improvement(
                name, "has no setting " + setting + ". " + known.get().refusal(), service.exec());
          } else if (known.isPresent() && isTaken(known.get(), value)) {
            options.put(setting, scalar(value));
          } else {
            findings.question(
                name, "The tree cannot have the setting " + setting + ".", service.exec());
          }
        });
    if (!options.isEmpty()) {
      keys.put("options", options);
    }
    for (String gone : List.of("daemon", "pidfile")) {
      if (service.setting(gone).isPresent()) {
        findings.improvement(
            name, "has no " + gone + " setting: systemd knows its process.", service.exec());
      }
    }
  }

  // what files of a revision are watched for never happens: a new one is another folder
  private static boolean isTaken(GunicornSetting setting, String value) {
    return switch (setting.sort()) {
      case FLAG -> List.of("true", "false").contains(value) && !setting.name().equals("reload");
      case NUMBER -> value.matches("[0-9]{1,9}");
      case TEXT, LIST -> Rule.VALUE.accepts(value) && !setting.name().startsWith("reload");
    };
  }

  private static Object scalar(String value) {
    if (value.equals("true") || value.equals("false")) {
      return value.equals("true");
    }
    return value.matches("0|[1-9][0-9]{0,8}") ? (Object) Integer.valueOf(value) : value;
  }
}
