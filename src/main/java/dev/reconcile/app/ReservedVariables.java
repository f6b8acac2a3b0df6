package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Value;
import java.util.Map;

/**
 * Variables that an app cannot be given: an environment file goes over what systemd sets, so they
 * would put other values in the place of those by which gunicorn is told what to run, which socket
 * it has, whom to tell that it is ready, and a reload which process to signal.
 */
record ReservedVariables(Declarations mistakes) {
  private static final String SYSTEMD = "systemd sets it for the app's unit; leave it out.";
  private static final Map<String, String> RESERVED =
      Map.ofEntries(
          Map.entry("GUNICORN_APP", "it is made of gunicorn.app: set that."),
          Map.entry(
              "GUNICORN_CMD_ARGS",
              "it is made of gunicorn.workers, bind, access_log, error_log and options, which it"
                  + " would replace. Set these: gunicorn: {workers: 4, options: {timeout: 60}}."),
          Map.entry("LISTEN_FDS", SYSTEMD),
          Map.entry("LISTEN_FDNAMES", SYSTEMD),
          Map.entry("LISTEN_PID", SYSTEMD),
          Map.entry("MAINPID", SYSTEMD),
          Map.entry("NOTIFY_SOCKET", SYSTEMD));

  /** Refuses those that {@code app} sets, in {@code env} or {@code secrets}. */
  void check(Table app) {
    for (String key : new String[] {"env", "secrets"}) {
      for (Value.Entry entry : app.table(key).map().entries()) {
        String why = RESERVED.getOrDefault(entry.key(), "");
        if (!why.isEmpty()) {
          mistakes.error(
              entry.keyOrigin(),
              "A variable that is not free",
              entry.key() + " of " + key + ": " + why);
        }
      }
    }
  }
}
