// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.GunicornSetting;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each setting that gunicorn knows arrives in the running app, or is refused. */
class GunicornSettingsIT {
  /** Answers with one of gunicorn's settings, as the worker that answers has it. */
  private static final String CODE =
      """
      import gc
      import json
      import os

      from gunicorn.config import Config


      def application(environ, start_response):
          path = environ["PATH_INFO"][1:]
          if path.startswith("env/"):
              value = os.environ.get(path[4:])
          else:
              config = [c for c in gc.get_objects() if isinstance(c, Config)][0]
              value = config.settings[path].get() if path else "well"
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [json.dumps(value, default=str).encode()]
      """;

  /** Setting to how it is written in YAML, and to what gunicorn has then, as JSON. */
  private static final Map<String, List<String>> SAMPLES = samples();

  private static Operator operator;
  private static TestHost host;

  private static Map<String, List<String>> samples() {
    Map<String, List<String>> samples = new TreeMap<>();
    String rows =
        """
        config|other.conf.py|"other.conf.py"
        backlog|1000|1000
        worker_class|gthread|"gthread"
        threads|3|3
        worker_connections|77|77
        max_requests|5000|5000
        max_requests_jitter|55|55
        timeout|31|31
        graceful_timeout|45|45
        keepalive|7|7
        limit_request_line|4000|4000
        limit_request_fields|90|90
        limit_request_field_size|8000|8000
        reload|true|true
        reload_engine|poll|"poll"
        reload_extra_files|[log.ini, main.py]|["log.ini", "main.py"]
        preload_app|true|true
        sendfile|false|false
        worker_tmp_dir|/dev/shm|"/dev/shm"
        forwarded_allow_ips|"127.0.0.1,10.0.0.1"|["127.0.0.1", "10.0.0.1"]
        disable_redirect_access_to_syslog|true|true
        access_log_format|'%(h)s "%(r)s" it''s $HOME \\d %h'|"%(h)s \\"%(r)s\\" it's $HOME \\\\d %h"
        loglevel|debug|"debug"
        capture_output|true|true
        logger_class|logs.Log|"logs.Log"
        logconfig|log.ini|"log.ini"
        syslog_addr|"unix:///dev/log"|"unix:///dev/log"
        syslog|true|true
        syslog_prefix|"-pre fix"|"-pre fix"
        syslog_facility|local1|"local1"
        statsd_host|"localhost:8125"|["localhost", 8125]
        dogstatsd_tags|"a:b,c"|"a:b,c"
        statsd_prefix|"a\\tb"|"a\\tb"
        proc_name|two words|"two words"
        pythonpath|/srv/lib|"/srv/lib"
        strip_header_spaces|true|true
        tolerate_dangerous_framing|true|true
        """;
    rows.lines()
        .map(line -> line.split("\\|", 3))
        .forEach(row -> samples.put(row[0], List.of(row[1], row[2])));
    return samples;
  }

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.write("/srv/settings/main.py", CODE, "0644");
    host.write("/srv/settings/requirements.txt", "", "0644");
    host.write("/srv/settings/other.conf.py", "timeout = 99\n", "0644");
    host.write(
        "/srv/settings/logs.py",
        "from gunicorn.glogging import Logger\n\n\nclass Log(Logger):\n    pass\n",
        "0644");
    host.write(
        "/srv/settings/log.ini",
        "[loggers]\nkeys=root\n[handlers]\nkeys=\n[formatters]\nkeys=\n[logger_root]\nhandlers=\n",
        "0644");
    operator.converge(DesiredTree.of("shop"));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static Set<String> known() {
    return host.run(
            "/opt/py_envs/shop/bin/python",
            "-c",
            "from gunicorn.config import KNOWN_SETTINGS as k; print(*(s.name for s in k))")
        .strip()
        .lines()
        .flatMap(line -> List.of(line.split(" ", -1)).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String setting(String app, String name) {
    return operator.page(app, "/" + name);
  }

  @Test
  void everySettingOfTheInstalledGunicornIsTakenAndArrives() {
    Set<String> known = known();
    assertThat(GunicornSetting.byName().keySet()).containsAll(known);
    Set<String> options = new TreeSet<>(known);
    options.removeIf(name -> !GunicornSetting.byName().get(name).isOption());
    options.remove("spew"); // it prints every line of Python that runs
    assertThat(SAMPLES.keySet()).isEqualTo(options);

    StringBuilder lines = new StringBuilder();
    SAMPLES.forEach((name, sample) ->
        lines.append("    ").append(name).append(": ").append(sample.getFirst()).append('\n'));
    operator.converge(
        DesiredTree.of("shop")
            .with(
                "apps/all.yaml",
                "source: {path: /srv/settings}\nsite: {server_name: all.test}\n"
                    + "gunicorn:\n  app: main\n  options:\n"
                    + lines)
            .with(
                "apps/spew.yaml",
                """
                source: {path: /srv/settings}
                site: {server_name: spew.test}
                gunicorn: {app: main, options: {spew: true}}
                """));

    Map<String, String> arrived = new TreeMap<>();
    Map<String, String> expected = new TreeMap<>();
    SAMPLES.forEach((name, sample) -> {
      arrived.put(name, setting("all", name));
      expected.put(name, sample.getLast());
    });
    assertThat(arrived).isEqualTo(expected);
    assertThat(setting("spew", "spew")).isEqualTo("true");
    // what systemd would cut off goes on as long as gunicorn was told
    assertThat(host.run("systemctl", "show", "-P", "TimeoutStopUSec", "gunicorn@all.service"))
        .isEqualTo("50s\n");
    assertThat(host.run("systemctl", "show", "-P", "TimeoutStopUSec", "gunicorn@spew.service"))
        .isEqualTo("30s\n");
    operator.assertConverged();
    operator.push(DesiredTree.of("shop"));
    succeed(0, operator.apply("--max-prune", "9"));
  }

  @Thorough
  @Test
  void everyOtherSettingIsRefusedWithItsPlaceAndWhatToDo() {
    List<String> refused =
        known().stream().filter(name -> !GunicornSetting.byName().get(name).isOption()).toList();
    StringBuilder lines = new StringBuilder();
    refused.forEach(name -> lines.append("    ").append(name).append(": x\n"));
    operator.push(DesiredTree.of("shop").plain("shop", "gunicorn:\n  options:\n" + lines));
    String said = succeed(65, operator.plan()).stderr();
    for (int i = 0; i < refused.size(); i++) {
      assertThat(said)
          .contains("on apps/shop.yaml line " + (5 + i) + ", column 5")
          .contains("\"" + refused.get(i) + "\" is ");
    }
    operator.converge(DesiredTree.of("shop"));
  }

  /** Settings of the app's own file that break the service, with a value that does. */
  private static final Map<String, String> BREAKING =
      Map.ofEntries(
          Map.entry("daemon", "True"),
          Map.entry("reuse_port", "True"),
          Map.entry("initgroups", "True"),
          Map.entry("check_config", "True"),
          Map.entry("print_config", "True"),
          Map.entry("pidfile", "'/run/shop.pid'"),
          Map.entry("certfile", "'/etc/ssl/a.pem'"),
          Map.entry("keyfile", "'/etc/ssl/a.key'"),
          Map.entry("paste", "'shop.ini'"),
          Map.entry("user", "'root'"),
          Map.entry("group", "'root'"),
          Map.entry("chdir", "'/srv/elsewhere'"),
          Map.entry("raw_env", "['LISTEN_FDS=0']"));

  /** Settings of the app's own file that something overrides, or that count for nothing. */
  private static final Map<String, String> IDLE =
      Map.ofEntries(
          Map.entry("workers", "5"),
          Map.entry("bind", "'127.0.0.1:8001'"),
          Map.entry("accesslog", "'-'"),
          Map.entry("errorlog", "'-'"),
          Map.entry("config", "'none.py'"),
          Map.entry("umask", "0o007"),
          Map.entry("enable_stdio_inheritance", "True"),
          Map.entry("raw_paste_global_conf", "['a=b']"),
          Map.entry("proxy_protocol", "True"),
          Map.entry("proxy_allow_ips", "'*'"),
          Map.entry("ssl_version", "2"),
          Map.entry("cert_reqs", "2"),
          Map.entry("ca_certs", "'/etc/ssl/ca.pem'"),
          Map.entry("suppress_ragged_eofs", "True"),
          Map.entry("do_handshake_on_connect", "True"),
          Map.entry("ciphers", "'TLSv1'"));

  /** Settings that are no options and take effect, or that a key of the app's file overrides. */
  private static final Map<String, String> OF_FILES =
      Map.of(
          "wsgi_app", "'none:app'",
          "tmp_upload_dir", "'/tmp'",
          "secure_scheme_headers", "{'X-FORWARDED-PROTO': 'https'}",
          "logconfig_dict", "{}",
          "default_proc_name", "'shopkeeper'");

  private static String python(List<String> sample) {
    String yaml = sample.getFirst();
    String json = sample.getLast();
    return switch (yaml) {
      case "true" -> "True";
      case "false" -> "False";
      default -> yaml.startsWith("\"") && !json.startsWith("\"") ? yaml : json;
    };
  }

  private static String assigned(Map<String, String> settings) {
    return new TreeMap<>(settings)
        .entrySet().stream()
            .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
            .collect(Collectors.joining());
  }

  @Test
  void everySettingOfTheSourcesOwnFileTakesEffectOrIsReported() {
    Map<String, String> effective = new TreeMap<>(OF_FILES);
    SAMPLES.forEach((name, sample) -> effective.put(name, python(sample)));
    effective.remove("config");
    Set<String> hooks = new TreeSet<>(known());
    hooks.removeAll(effective.keySet());
    hooks.removeAll(BREAKING.keySet());
    hooks.removeAll(IDLE.keySet());
    hooks.remove("spew");
    assertThat(hooks)
        .as("the rest are hooks")
        .allMatch(name -> name.matches("(on|pre|post|when|worker|child|nworkers)_\\w+"));
    host.write("/srv/settings/all.conf.py", assigned(effective), "0644");
    DesiredTree tree =
        DesiredTree.of("shop")
            .with(
                "apps/file.yaml",
                """
                source: {path: /srv/settings}
                site: {server_name: file.test}
                gunicorn: {app: main, options: {config: all.conf.py}}
                """)
            .with("src/idle/main.py", CODE)
            .with("src/idle/gunicorn.conf.py", assigned(IDLE))
            .with(
                "apps/idle.yaml",
                "source: {folder: src/idle}\nsite: {server_name: idle.test}\ngunicorn: {app: main}\n");
    String said = operator.converge(tree).stderr();

    Map<String, String> arrived = new TreeMap<>();
    Map<String, String> expected = new TreeMap<>();
    SAMPLES.forEach((name, sample) -> {
      if (!name.equals("config")) {
        arrived.put(name, setting("file", name));
        expected.put(name, sample.getLast());
      }
    });
    assertThat(arrived).isEqualTo(expected);
    assertThat(host.run("systemctl", "show", "-P", "TimeoutStopUSec", "gunicorn@file.service"))
        .isEqualTo("50s\n");
    List<String> idle = List.copyOf(new TreeMap<>(IDLE).keySet());
    for (int i = 0; i < idle.size(); i++) {
      assertThat(said)
          .contains("gunicorn.conf.py line " + (i + 1) + ", column 1")
          .contains("gunicorn.conf.py of idle sets " + idle.get(i) + ". ");
    }
    assertThat(operator.page("idle")).isEqualTo("\"well\"");

    operator.push(
        tree.with("src/bad/main.py", CODE)
            .with("src/bad/gunicorn.conf.py", assigned(BREAKING))
            .with("apps/bad.yaml", "source: {folder: src/bad}\ngunicorn: {app: main}\n")
            .with("src/guess/main.py", CODE)
            .with("src/guess/gunicorn.conf.py", "daemon = bool(1)\n")
            .with("apps/guess.yaml", "source: {folder: src/guess}\ngunicorn: {app: main}\n"));
    Result planned = succeed(3, operator.plan());
    String plan = planned.stdout() + planned.stderr();
    List<String> breaking = List.copyOf(new TreeMap<>(BREAKING).keySet());
    for (int i = 0; i < breaking.size(); i++) {
      assertThat(plan)
          .contains("gunicorn.conf.py line " + (i + 1) + ", column 1")
          .contains("gunicorn.conf.py of bad sets " + breaking.get(i) + ". ");
    }
    Result applied = succeed(3, operator.apply());
    assertThat(applied.stdout() + applied.stderr())
        .contains("gunicorn.conf.py of guess computes daemon");
    assertThat(operator.page("idle")).isEqualTo("\"well\"");
    operator.push(DesiredTree.of("shop"));
    succeed(0, operator.apply("--max-prune", "9"));
  }

  @Thorough
  @Test
  void theSourcesOwnFileGivesWayToOptionsAndOthersStand() {
    String conf =
        "workers = 5\nbind = '127.0.0.1:8001'\ntimeout = 77\nbacklog = 99\nworker_tmp_dir = '/dev/shm'\n";
    DesiredTree tree =
        DesiredTree.of("shop")
            .with("src/conf/main.py", CODE)
            .with("src/conf/gunicorn.conf.py", conf)
            .with(
                "apps/conf.yaml",
                """
                source: {folder: src/conf}
                site: {server_name: conf.test}
                gunicorn: {app: main, options: {backlog: 100}}
                env: {WEB_CONCURRENCY: 7, PORT: 8002, TAB: "a\tb", HOME: /srv}
                """);
    Result result = operator.converge(tree);
    assertThat(result.stderr())
        .contains("gunicorn.conf.py of conf sets workers", "gunicorn.conf.py of conf sets bind")
        .contains(
            "gunicorn.conf.py of conf sets backlog", "has as many workers as gunicorn.workers")
        .doesNotContain("conf sets timeout");
    assertThat(setting("conf", "workers")).isEqualTo("2");
    assertThat(setting("conf", "bind")).isEqualTo("[\"unix:/run/conf_gunicorn.sock\"]");
    assertThat(setting("conf", "backlog")).isEqualTo("100");
    assertThat(setting("conf", "timeout")).isEqualTo("77");
    assertThat(setting("conf", "worker_tmp_dir")).isEqualTo("\"/dev/shm\"");
    assertThat(host.workers("conf")).hasSize(2);
    assertThat(setting("conf", "env/TAB")).isEqualTo("\"a\\tb\"");
    assertThat(setting("conf", "env/HOME")).isEqualTo("\"/srv\"");
    assertThat(setting("conf", "env/PORT")).isEqualTo("\"8002\"");
    assertThat(host.runScript("ss -Hltn | awk '{print $4}'")).doesNotContain(":800");
    operator.assertConverged();
    operator.converge(DesiredTree.of("shop"));
  }
}
