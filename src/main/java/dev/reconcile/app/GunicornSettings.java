package dev.reconcile.app;

import java.util.Map;
import java.util.Optional;

/**
 * How gunicorn's settings are named on its command line (docs.gunicorn.org, "Settings"): mostly the
 * setting's name with dashes, with the exceptions below.
 */
final class GunicornSettings {
  private static final Map<String, String> EXCEPTIONS =
      Map.ofEntries(
          Map.entry("access_log_format", "--access-logformat"),
          Map.entry("keepalive", "--keep-alive"),
          Map.entry("limit_request_field_size", "--limit-request-field_size"),
          Map.entry("logconfig", "--log-config"),
          Map.entry("logger_class", "--logger-class"),
          Map.entry("loglevel", "--log-level"),
          Map.entry("preload_app", "--preload"),
          Map.entry("proc_name", "--name"),
          Map.entry("raw_env", "--env"),
          Map.entry("raw_paste_global_conf", "--paste-global"),
          Map.entry("statsd_prefix", "--statsd-prefix"),
          Map.entry("pythonpath", "--pythonpath"),
          Map.entry("sendfile", "--no-sendfile"),
          Map.entry("syslog_addr", "--log-syslog-to"),
          Map.entry("syslog_facility", "--log-syslog-facility"),
          Map.entry("syslog_prefix", "--log-syslog-prefix"),
          Map.entry("syslog", "--log-syslog"));

  private static final Map<String, String> OWNERS =
      Map.ofEntries(
          Map.entry("bind", "gunicorn.bind"),
          Map.entry("workers", "gunicorn.workers"),
          Map.entry("accesslog", "gunicorn.access_log"),
          Map.entry("errorlog", "gunicorn.error_log"),
          Map.entry("chdir", "directory"),
          Map.entry("user", "user"),
          Map.entry("group", "group"),
          Map.entry("raw_env", "env"),
          Map.entry("daemon", "systemd, which needs gunicorn in the foreground"),
          Map.entry("wsgi_app", "gunicorn.app"));

  private GunicornSettings() {}

  /** The key of the desired state that sets this, if it is not an option. */
  static Optional<String> owner(String setting) {
    return Optional.ofNullable(OWNERS.get(setting));
  }

  /** The setting as command-line words; a false flag is no word at all. */
  static String words(String setting, String value) {
    String flag = EXCEPTIONS.getOrDefault(setting, "--" + setting.replace('_', '-'));
    boolean negative = setting.equals("sendfile");
    if (value.equalsIgnoreCase("true")) {
      return negative ? "" : flag;
    }
    if (value.equalsIgnoreCase("false")) {
      return negative ? flag : "";
    }
    return flag + " " + shellWord(value);
  }

  /** One word for Python's {@code shlex.split}, by which gunicorn reads GUNICORN_CMD_ARGS. */
  static String shellWord(String text) {
    boolean plain = !text.isEmpty() && text.chars().allMatch(GunicornSettings::isPlain);
    return plain ? text : "'" + text.replace("'", "'\"'\"'") + "'";
  }

  private static boolean isPlain(int c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || "_-./:,=@+%".indexOf(c) >= 0;
  }
}
