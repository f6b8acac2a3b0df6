// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Value;
import java.util.Map;
import java.util.Optional;

/**
 * The check for variables of {@code env} and {@code secrets} that systemd or gunicorn interpret
 * themselves.
 */
final class EnvironmentChecks {
  private static final String OF_SYSTEMD = "systemd sets it. Remove the variable.";
  private static final String OF_GUNICORN =
      "gunicorn passes its state to its next process in it. Remove the variable.";

  /** Variables that would break the app if its file could set them, and the reason. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry(
              "GUNICORN_CMD_ARGS", "It holds all of gunicorn's options: use gunicorn.options."),
          Map.entry("GUNICORN_APP", "It holds gunicorn.app: use that."),
          Map.entry("GUNICORN_PID", OF_GUNICORN),
          Map.entry("GUNICORN_FD", OF_GUNICORN),
          Map.entry("LISTEN_FDS", OF_SYSTEMD),
          Map.entry("LISTEN_PID", OF_SYSTEMD),
          Map.entry("LISTEN_FDNAMES", OF_SYSTEMD),
          Map.entry("NOTIFY_SOCKET", OF_SYSTEMD),
          Map.entry("WATCHDOG_PID", OF_SYSTEMD),
          Map.entry("WATCHDOG_USEC", OF_SYSTEMD),
          Map.entry("MAINPID", OF_SYSTEMD));

  /** Variables that reach the app but that a setting of gunicorn overrides, and which one. */
  private static final Map<String, String> OVERRULED =
      Map.of(
          "WEB_CONCURRENCY", "gunicorn has as many workers as gunicorn.workers says, 2 by default.",
          "PORT", "gunicorn listens where gunicorn.bind says.",
          "SERVER_SOFTWARE", "gunicorn sets it to its own name and version.");

  private final Declarations mistakes;

  EnvironmentChecks(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /** Reports these variables. */
  void check(Table app, WebServer server) {
    Table env = app.table(AppSection.ENV);
    Table secrets = app.table(AppSection.SECRETS);
    env.map()
        .entries()
        .forEach(entry -> {
          check(entry, server);
          ExecLimits.checkVariable(entry.key(), entry.value(), mistakes);
        });
    secrets.map().entries().forEach(entry -> check(entry, server));
    for (Value.Entry secret : secrets.map().entries()) {
      if (env.has(secret.key())) {
        mistakes.error(
            secret.keyOrigin(),
            "Duplicate variable",
            secret.key() + " is in \"env\" too, and has one value. Keep one of them.");
      }
    }
    if (server instanceof Gunicorn) {
      trusted(env);
    }
  }

  /**
   * Reports variables of a single process or schedule that systemd interprets itself, or that are
   * secrets of the app.
   */
  void checkOwn(Table env, Table app) {
    for (Value.Entry entry : env.map().entries()) {
      refusal(entry.key()).ifPresent(refusal -> refuse(entry, refusal));
      ExecLimits.checkVariable(entry.key(), entry.value(), mistakes);
      if (app.table(AppSection.SECRETS).has(entry.key())) {
        mistakes.error(
            entry.keyOrigin(),
            "Duplicate variable",
            entry.key() + " is in \"secrets\" too, and has one value. Keep one of them.");
      }
    }
  }

  /** Returns the reason why an app must not set a variable; empty if it may. */
  static Optional<String> refusal(String variable) {
    return Optional.ofNullable(REFUSED.get(variable));
  }

  private void refuse(Value.Entry entry, String refusal) {
    mistakes.error(
        entry.keyOrigin(),
        "Reserved variable",
        "\"" + entry.key() + "\" cannot be set. " + refusal);
  }

  private void check(Value.Entry entry, WebServer server) {
    refusal(entry.key())
        .or(() -> Optional.ofNullable(server.reserved().get(entry.key())))
        .ifPresent(refusal -> refuse(entry, refusal));
    String overruled = OVERRULED.get(entry.key());
    if (server instanceof Gunicorn && overruled != null) {
      mistakes.warning(
          entry.keyOrigin(),
          "Overridden variable",
          overruled + " The app finds " + entry.key() + " in its environment nevertheless.");
    }
  }

  private void trusted(Table env) {
    String name = "FORWARDED_ALLOW_IPS";
    String ips = env.text(name, "*");
    if (!ips.contains("*") && !ips.contains("127.0.0.1")) {
      mistakes.warning(
          env.origin(name),
          "Overridden variable",
          """
          Only nginx asks the app, from 127.0.0.1 or through a socket whose peers \
          gunicorn trusts. The proxies that nginx trusts are set in nginx \
          (set_real_ip_from).\
          """);
    }
  }
}
