// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A gunicorn command line, keyed by the names of gunicorn's settings (docs.gunicorn.org,
 * "Settings").
 *
 * @param program the program, as written
 * @param app {@code module:callable}; empty if the line names none
 * @param binds the addresses that it listens on, as written
 * @param settings all other settings: name to value, {@code true} for a flag
 */
record GunicornCommand(
    String program, String app, List<String> binds, Map<String, String> settings) {
  private static final Map<String, String> LETTERS =
      Map.ofEntries(
          Map.entry("-c", "config"),
          Map.entry("-b", "bind"),
          Map.entry("-w", "workers"),
          Map.entry("-k", "worker_class"),
          Map.entry("-t", "timeout"),
          Map.entry("-D", "daemon"),
          Map.entry("-e", "raw_env"),
          Map.entry("-p", "pidfile"),
          Map.entry("-u", "user"),
          Map.entry("-g", "group"),
          Map.entry("-m", "umask"),
          Map.entry("-n", "proc_name"),
          Map.entry("-R", "enable_stdio_inheritance"));

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("access_logfile", "accesslog"),
          Map.entry("access_logformat", "access_log_format"),
          Map.entry("error_logfile", "errorlog"),
          Map.entry("log_file", "errorlog"),
          Map.entry("keep_alive", "keepalive"),
          Map.entry("log_config", "logconfig"),
          Map.entry("log_level", "loglevel"),
          Map.entry("preload", "preload_app"),
          Map.entry("name", "proc_name"),
          Map.entry("env", "raw_env"),
          Map.entry("pid", "pidfile"),
          Map.entry("worker_connections", "worker_connections"),
          Map.entry("paste_global", "raw_paste_global_conf"),
          Map.entry("no_sendfile", "sendfile"),
          Map.entry("log_syslog_to", "syslog_addr"),
          Map.entry("log_syslog_facility", "syslog_facility"),
          Map.entry("log_syslog_prefix", "syslog_prefix"),
          Map.entry("log_syslog", "syslog"));

  private static final Set<String> FLAGS =
      Set.of(
          "daemon",
          "preload_app",
          "reload",
          "reuse_port",
          "capture_output",
          "sendfile",
          "spew",
          "syslog",
          "check_config",
          "print_config",
          "proxy_protocol",
          "enable_stdio_inheritance",
          "disable_redirect_access_to_syslog",
          "initgroups",
          "no_control_socket");

  GunicornCommand {
    binds = List.copyOf(binds);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /**
   * Parses the words of a command; empty if it does not run gunicorn itself.
   *
   * @param words the program and its arguments
   * @param more arguments from GUNICORN_CMD_ARGS, which those of the command line override
   */
  static Optional<GunicornCommand> of(List<String> words, List<String> more) {
    int begin = begin(words);
    if (begin == 0) {
      return Optional.empty();
    }
    Reading reading = new Reading();
    reading.read(more);
    List<String> before = List.copyOf(reading.binds);
    reading.binds.clear();
    reading.read(words.subList(begin, words.size()));
    return Optional.of(
        new GunicornCommand(
            words.getFirst(),
            reading.app,
            reading.binds.isEmpty() ? before : reading.binds,
            reading.settings));
  }

  /** Returns the index of gunicorn's first argument; 0 if the command is not gunicorn. */
  private static int begin(List<String> words) {
    if (words.isEmpty()) {
      return 0;
    }
    String program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
    if (program.equals("gunicorn") || program.equals("gunicorn3")) {
      return 1;
    }
    boolean python = program.matches("python3?(\\.[0-9]+)?");
    int second = words.size() > 1 ? 1 : 0;
    if (python && words.get(second).endsWith("/gunicorn")) {
      return 2;
    }
    return python
            && words.size() > 2
            && words.get(1).equals("-m")
            && words.get(2).equals("gunicorn")
        ? 3
        : 0;
  }

  /** The result of the parser so far. */
  private static final class Reading {
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> binds = new ArrayList<>();
    private String app = "";

    void read(List<String> words) {
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        if (!word.startsWith("-") || word.equals("-")) {
          app = word;
          continue;
        }
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        String option = equals < 0 ? word : word.substring(0, equals);
        boolean joined = !word.startsWith("--") && word.length() > 2;
        String name = name(joined ? word.substring(0, 2) : option);
        if (FLAGS.contains(name)) {
          put(name, name.equals("sendfile") ? "false" : "true");
        } else if (equals >= 0) {
          put(name, word.substring(equals + 1));
        } else if (joined) {
          put(name, word.substring(2));
        } else {
          put(name, i + 1 < words.size() ? words.get(++i) : "");
        }
      }
    }

    private static String name(String option) {
      String known = LETTERS.get(option);
      if (known != null) {
        return known;
      }
      String name = option.substring(option.startsWith("--") ? 2 : 1).replace('-', '_');
      return NAMES.getOrDefault(name, name);
    }

    private void put(String name, String value) {
      switch (name) {
        case "bind" -> binds.add(value);
        case "raw_env" -> settings.merge(name, value, (before, after) -> before + "\n" + after);
        default -> settings.put(name, value);
      }
    }
  }
}
