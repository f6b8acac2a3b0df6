package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Rule;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings that gunicorn takes from where nobody looks: {@code gunicorn.conf.py} in the app's
 * source, which it reads by itself, and variables. What the desired state says comes after them, so
 * those that it says too have no effect, and some keep gunicorn from starting under systemd. The
 * file is looked at and not run.
 */
record GunicornFile(Declarations declarations) {
  private static final String FILE = "gunicorn.conf.py";
  private static final Pattern ASSIGNMENT = Pattern.compile("^([a-z][a-z_]*)\\s*(?::[^=]*)?=(?!=)");
  private static final Map<String, String> STOPPERS =
      Map.of("pidfile", "systemd, which knows the process by itself");

  /** Warns of what has no effect. */
  void check(App app, Sources.Resolved code) {
    if (app.env().containsKey("WEB_CONCURRENCY")) {
      declarations.warning(
          app.origin(),
          "A variable without effect",
          "WEB_CONCURRENCY of "
              + app.name()
              + " is read by gunicorn only where nobody says how many workers there are: set"
              + " gunicorn.workers.");
    }
    String file = app.gunicorn().options().getOrDefault("config", FILE);
    if (app.source() instanceof App.Source.Existing || !Rule.RELATIVE_PATH.accepts(file)) {
      return;
    }
    SortedMap<String, String> idle = idle(code.text(file).orElse(""));
    if (!idle.isEmpty()) {
      StringBuilder list = new StringBuilder();
      idle.forEach(
          (setting, owner) -> list.append("\n  ").append(setting).append(": ").append(owner));
      declarations.warning(
          app.source().origin(),
          "Settings of gunicorn without effect",
          file
              + " in the source of "
              + app.name()
              + " sets what comes from elsewhere here; daemon, user, group and pidfile keep"
              + " gunicorn from starting. Remove these there:"
              + list);
    }
  }

  private static SortedMap<String, String> idle(String text) {
    SortedMap<String, String> idle = new TreeMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      Matcher assignment = ASSIGNMENT.matcher(line);
      if (assignment.find()) {
        String setting = "" + assignment.group(1);
        Optional<String> owner =
            GunicornSettings.owner(setting).or(() -> Optional.ofNullable(STOPPERS.get(setting)));
        if (owner.isPresent() && !setting.equals("chdir") && !setting.equals("raw_env")) {
          idle.put(setting + " (line " + number + ")", "from " + owner.get());
        }
      }
    }
    return idle;
  }
}
