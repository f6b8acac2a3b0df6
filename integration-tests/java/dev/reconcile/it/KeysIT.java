// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.AppSection;
import dev.reconcile.desired.HostSection;
import dev.reconcile.model.Schema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Each key, changed alone on an app that runs, takes effect in that run. The rows go one after the
 * other: each adds one change to what the rows before it have made.
 */
@Thorough
class KeysIT {
  private static final String CODE =
      """
      import grp, os, pwd

      VERSION = "folder"
      OTHER = os.environ.get("OTHER", "-")


      def app(environ, start_response):
          path = environ["PATH_INFO"]
          status = {"/created": "201 Created", "/bad": "500 Oh"}.get(path, "200 OK")
          start_response(status, [("Content-Type", "text/plain")])
          user = pwd.getpwuid(os.getuid()).pw_name
          group = grp.getgrgid(os.getgid()).gr_name
          greeting = os.environ.get("GREETING", "-")
          return [f"{VERSION} {user}:{group} {greeting} {OTHER} {os.getcwd()}\\n".encode()]


      def other(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"the other one\\n"]
      """;

  /** What the checks have at hand; each must succeed. */
  private static final String HELPERS =
      """
      page() { curl -sS --max-time 20 -H "Host: ${2:-shop.test}" "http://localhost${1:-/}"; }
      https() { curl -sSk --max-time 20 --resolve shop.example:443:127.0.0.1 "$@"; }
      code() { curl -sS -o /dev/null -w '%{http_code}' --max-time 20 "$@"; }
      pid() { systemctl show -P MainPID gunicorn@shop.service; }
      same() { test "$(pid)" = "$(cat /srv/pid)"; }
      has() {
        cat >/srv/seen
        grep -q -e "$1" /srv/seen || { echo "no $1 in:" >&2; head -c 2000 /srv/seen >&2; false; }
      }
      log=/var/log/gunicorn/shop/access.log
      """;

  private static Operator operator;
  private static TestHost host;

  /** Key to a change of it, and what is checked after the run that brings it. */
  private final Map<String, Runnable> rows = new LinkedHashMap<>();

  private final Set<String> elsewhere = new TreeSet<>();
  private final SoftAssertions all = new SoftAssertions();
  private DesiredTree tree = DesiredTree.bare();
  private final Map<String, String> app = new LinkedHashMap<>();
  private final Map<String, String> main = new LinkedHashMap<>();

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.makeCertificate("shop.example");
    host.runScript(
        """
        useradd deploy; groupadd readers
        cp /usr/local/bin/python3-quick /usr/local/bin/python3-quicker
        ln -s /usr/bin/python3 /usr/local/bin/python3-plain
        install -d /srv/there /srv/root/rooted /srv/static /etc/reconcile/secrets/shop
        echo rooted >/srv/root/rooted/file; echo static >/srv/static/file
        printf one >/etc/reconcile/secrets/shop/a; printf two >/etc/reconcile/secrets/shop/b
        cd /etc/letsencrypt/live/shop.example
        install -d /srv/tls; cp privkey.pem /srv/tls/copy.pem
        openssl req -x509 -key privkey.pem -days 9 -subj /CN=second.example -out /srv/tls/second.pem
        """);
    host.write("/srv/there/main.py", CODE.replace("\"folder\"", "\"path\""), "0644");
    host.write("/srv/there/requirements.txt", "", "0644");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private void row(String key, Runnable change, String check) {
    rows.put(
        key,
        () -> {
          host.runScript(HELPERS + "pid >/srv/pid; wc -l <$log >/srv/lines || :");
          change.run();
          operator.push(tree());
          Result result = operator.apply();
          all.assertThat(result.exitCode())
              .describedAs("%s\n%s%s", key, result.stdout(), result.stderr())
              .isZero();
          Result checked = host.sh(HELPERS + check);
          all.assertThat(checked.ok())
              .describedAs("%s\n%s\n%s%s", key, check, checked.stderr(), result.stdout())
              .isTrue();
        });
  }

  /** A key whose effect another test shows. */
  private void elsewhere(String key) {
    elsewhere.add(key);
  }

  private DesiredTree tree() {
    return tree.with("apps/shop.yaml", yaml(app)).with("reconcile.yaml", yaml(main));
  }

  private static String yaml(Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    return text.toString();
  }

  private Runnable app(String key, String value) {
    return () -> app.put(key, value);
  }

  private Runnable main(String key, String value) {
    return () -> main.put(key, value);
  }

  private Runnable file(String path, String text) {
    return () -> tree = tree.with(path, text);
  }

  private static Runnable both(Runnable one, Runnable other) {
    return () -> {
      one.run();
      other.run();
    };
  }

  // ---- which keys there are

  private static void collect(String path, Schema shape, Set<String> keys) {
    switch (shape) {
      case Schema.Fields fields ->
          fields
              .fields()
              .forEach((key, field) -> {
                String inner = path.isEmpty() ? key : path + "." + key;
                if (!isMap(field.shape())) {
                  keys.add(inner);
                }
                collect(inner, field.shape(), keys);
              });
      case Schema.Either either -> {
        if (!either.shapes().stream().allMatch(KeysIT::isMap)) {
          keys.add(path);
        }
        either.shapes().forEach(one -> collect(path, one, keys));
      }
      case Schema.ListOf list -> collect(path, list.item(), keys);
      case Schema.MapOf map -> collect(path, map.value(), keys);
      case Schema.Text _, Schema.Whole _, Schema.Flag _, Schema.Off _, Schema.Choice _ -> {
        // nothing is below it
      }
    }
  }

  private static boolean isMap(Schema shape) {
    return shape instanceof Schema.Fields
        || (shape instanceof Schema.MapOf map && map.value() instanceof Schema.Fields);
  }

  private static Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    collect("", AppSection.SCHEMA, keys);
    Set<String> ofHost = new TreeSet<>();
    collect("", HostSection.HOST, ofHost);
    ofHost.removeIf(key -> key.startsWith("defaults."));
    ofHost.forEach(key -> keys.add("reconcile.yaml " + key));
    keys.add("reconcile.yaml defaults");
    return keys;
  }

  // ---- the rows

  private void ofTheApp() {
    row(
        "source.folder",
        both(
            file("src/other/main.py", CODE.replace("\"folder\"", "\"other\"")),
            app("source", "{folder: src/other}")),
        "page | has '^other '");
    String git = host.git().fileUrl("own");
    String first = host.git().push("own", Map.of("main.py", CODE.replace("folder", "git1")));
    host.git().push("own", Map.of("main.py", CODE.replace("folder", "git2"), "o.txt", "click\n"));
    row("source.git", app("source", "{git: '" + git + "'}"), "page | has '^git2 '");
    row(
        "source.ref",
        app("source", "{git: '" + git + "', ref: " + first + "}"),
        "page | has '^git1 '");
    row("source.path", app("source", "{path: /srv/there}"), "page | has '^path .* /srv/there$'");
    row(
        "directory",
        both(app("source", "{git: '" + git + "'}"), app("directory", "/srv/elsewhere")),
        "page | has '^git2 '; readlink /srv/elsewhere | has checkouts/shop");
    row("user", app("user", "deploy"), "page | has deploy:deploy");
    row("group", app("group", "readers"), "page | has deploy:readers");
    String venv = "python: " + Stage.QUICK_PYTHON + ", directory: /srv/venv";
    row(
        "venv.directory",
        app("venv", "{" + venv + "}"),
        "tr '\\0' ' ' <\"/proc/$(pid)/cmdline\" | has venvs/shop; test -L /srv/venv; ! same");
    row(
        "venv.requirements.source",
        both(
            file("lists/shop.txt", "itsdangerous\n"),
            app("venv", "{" + venv + ", requirements: {source: lists/shop.txt}}")),
        "/srv/venv/bin/python -c 'import itsdangerous'; ! same");
    row(
        "venv.python",
        app("venv", "{" + venv.replace("quick", "quicker") + ", requirements: o.txt}"),
        "grep -q quicker /srv/venv/reconcile-venv.txt; ! same");
    ofItsDependencies("{" + venv.replace("quick", "quicker"));
    row("build", app("build", "touch one"), "test -e /srv/elsewhere/one; ! same");
    row(
        "build.run",
        app("build", "{run: [touch one, touch two]}"),
        "test -e /srv/elsewhere/two; ! same");
    row(
        "build.run.run",
        app("build", "{run: [{run: touch three}]}"),
        "test -e /srv/elsewhere/three; ! same");
    row(
        "build.env",
        app("build", "{run: sh -c 'touch $NAME', env: {NAME: four}}"),
        "test -e /srv/elsewhere/four; ! same");
    elsewhere("build.timeout"); // BuildStepsIT
    elsewhere("build.run.timeout");
    row("gunicorn.app", app("gunicorn", "{app: 'main:other'}"), "page | has 'the other one'");
    row(
        "gunicorn.workers",
        app("gunicorn", "{workers: 3}"),
        "test \"$(pgrep -c -P \"$(pid)\")\" = 3; page | has git2");
    row(
        "gunicorn.options",
        app("gunicorn", "{workers: 3, options: {max_requests: 77}}"),
        "tr '\\0' '\\n' <\"/proc/$(pid)/environ\" | has 'max-requests 77'");
    row(
        "gunicorn.access_log",
        app("gunicorn", "{workers: 3, access_log: /var/log/gunicorn/shop/second.log}"),
        "page >/srv/x; has 'GET / ' </var/log/gunicorn/shop/second.log");
    row(
        "gunicorn.error_log",
        app("gunicorn", "{error_log: /var/log/gunicorn/shop/wrong.log}"),
        "has Listening </var/log/gunicorn/shop/wrong.log");
    row(
        "gunicorn.bind",
        app("gunicorn", "{bind: port}"),
        "page | has git2; ss -ltn | has 127.0.0.1:2[0-9]; test ! -e /run/shop_gunicorn.sock");
    row("env", app("env", "{GREETING: hi}"), "page | has ' hi '");
    row(
        "secrets",
        app("secrets", "{OTHER: /etc/reconcile/secrets/shop/a}"),
        "page | has ' hi one '");
    String limit = "systemctl show -P %s gunicorn@shop.service | has '^%s$'; ! same";
    row(
        "resources.memory",
        app("resources", "{memory: 512M}"),
        limit.formatted("MemoryMax", 512 << 20));
    row(
        "resources.cpu",
        app("resources", "{memory: 512M, cpu: 150%}"),
        limit.formatted("CPUQuotaPerSecUSec", "1.5.*"));
    row("resources.tasks", app("resources", "{tasks: 200}"), limit.formatted("TasksMax", 200));
    row(
        "resources.files",
        app("resources", "{files: 8192}"),
        "has 'open files  *8192' </proc/$(pid)/limits; ! same");
    row(
        "resources",
        app("resources", "false"),
        "if grep -q 'open files  *8192' /proc/$(pid)/limits; then false; fi; ! same");
  }

  private void ofItsData() {
    String kept = "/var/lib/gunicorn/shop/";
    row(
        "data",
        app("data", "instance"),
        "readlink /srv/elsewhere/instance | has " + kept + "instance; ! same");
    row(
        "data.path",
        app("data", "[instance, {path: files}]"),
        "readlink /srv/elsewhere/files | has " + kept + "files; ! same");
    row(
        "data.mode",
        app("data", "[instance, {path: files, mode: '0700'}]"),
        "stat -c %U:%G:%a " + kept + "files | has deploy:readers:700; same");
    row(
        "data.file",
        app("data", "[instance, {path: notes, file: true}]"),
        "readlink /srv/elsewhere/notes | has " + kept + "notes/notes");
    row(
        "data.venv",
        app("data", "[instance, {venv: var/shop-instance}]"),
        "readlink /srv/venv/var/shop-instance | has " + kept + "var/shop-instance");
    row(
        "data.seed",
        app("data", "[instance, {path: o.txt, seed: true}]"),
        "has click <" + kept + "o.txt/o.txt; stat -c %U " + kept + "o.txt/o.txt | has deploy");
  }

  private void ofItsDependencies(String venv) {
    host.git()
        .push(
            "own",
            Map.of(
                "main.py",
                CODE.replace("folder", "git2"),
                "o.txt",
                "click\n",
                "limits.txt",
                "itsdangerous<99\n",
                "requirements.txt",
                "",
                "two.txt",
                "itsdangerous\n",
                "setup.py",
                """
                from setuptools import setup
                setup(name="own", py_modules=["main"], extras_require={"more": ["markupsafe"]})
                """));
    String python = "/srv/venv/bin/python -c 'import %s'; ! same";
    row(
        "venv.install",
        app("venv", venv + ", install: [o.txt, two.txt]}"),
        python.formatted("click, itsdangerous"));
    row(
        "venv.extras",
        app("venv", venv + ", install: [o.txt, .], extras: more}"),
        python.formatted("click, markupsafe"));
    row(
        "venv.constraints",
        app("venv", venv + ", install: [o.txt, two.txt], constraints: limits.txt}"),
        "grep -q 'itsdangerous<99' /srv/venv/reconcile-venv.txt; ! same");
    row(
        "venv.wheels",
        app("venv", venv + ", install: o.txt, wheels: /srv/wheels}"),
        "grep -q -e '--find-links /srv/wheels' /srv/venv/reconcile-venv.txt; ! same");
    row(
        "venv.system_packages",
        app("venv", venv.replace("quicker", "plain") + ", install: o.txt, system_packages: true}"),
        "grep -q 'include-system-site-packages = true' /srv/venv/pyvenv.cfg; ! same");
    row(
        "venv.requirements",
        app("venv", venv + ", requirements: o.txt}"),
        "! /srv/venv/bin/python -c 'import itsdangerous'; ! same");
  }

  private void ofItsHealth() {
    row(
        "health.path",
        app("health", "{path: /created}"),
        "same; tail -n +$(($(cat /srv/lines) + 1)) $log | has 'GET /created'");
    row(
        "health.status",
        app("health", "{path: /created, status: '201'}"),
        "same; tail -n +$(($(cat /srv/lines) + 1)) $log | has 'GET /created'");
    row(
        "health.timeout",
        app("health", "{path: /created, status: '201', timeout: 7s}"),
        "same; tail -n +$(($(cat /srv/lines) + 1)) $log | has 'GET /created'");
  }

  private void ofItsSite() {
    row("site.server_name", app("site", "{server_name: a.test}"), "page / a.test | has git2");
    site(
        "client_max_body_size",
        "1k",
        "test $(head -c 2k /dev/zero | code -H 'Host: shop.test'"
            + " --data-binary @- localhost) = 413");
    site(
        "keepalive_timeout",
        "0",
        "curl -sSi -H 'Host: shop.test' localhost | has 'Connection: close'");
    site("methods", "[GET]", "! curl -sS -X POST -H 'Host: shop.test' localhost");
    site(
        "http",
        "'map $uri $own { default mapped; }'",
        "has mapped </etc/nginx/conf.d/reconcile-http-shop.conf; page | has git2");
    site(
        "extra",
        "'location /rooted/ { } add_header X-Own $own;'",
        "test \"$(code -H Host:shop.test localhost/rooted/file)\" = 404;"
            + " curl -sSi -H 'Host: shop.test' localhost | has 'X-Own: mapped'");
    String settings = "nginx -T 2>&1 | has '%s'; page | has git2"; // SiteKeysIT shows effects
    site("timeout", "2m", settings.formatted("proxy_read_timeout 2m;"));
    site("buffering", "false", settings.formatted("proxy_buffering off;"));
    site("gzip", "false", settings.formatted("^    gzip off;"));
    site("headers", "{X-Key: one}", settings.formatted("add_header X-Key"));
    site(
        "locations",
        "{/gone/: {redirect: /new/}}", // LocationsIT shows the others
        "curl -sSi -H 'Host: shop.test' localhost/gone/ | has 'Location: http://shop.test/new/'");
    site("allow", "[127.0.0.1, '::1']", settings.formatted("deny all;"));
    site("deny", "10.0.0.0/8", settings.formatted("deny 10.0.0.0/8;"));
    site("root", "/srv/root/", "page /rooted/file | has rooted");
    site("static", "{/files/: /srv/static/}", "page /files/file | has static");
    site("static.path", "{/other/: {path: /srv/static/}}", "page /other/file | has static");
    site(
        "static.cache",
        "{/other/: {path: /srv/static/, cache: 1h}}",
        "curl -sSi -H 'Host: shop.test' localhost/other/file | has max-age=3600");
    site("error_pages", "{404: /srv/static/file}", "nginx -T 2>&1 | has 'error_page 404 /'");
    site("rate_limit", "100r/s", settings.formatted("limit_req_status 429;"));
    site("error_log", "/var/log/nginx/shop-error.log", "test -e /var/log/nginx/shop-error.log");
    site(
        "access_log",
        "/var/log/nginx/a.log",
        "page | has git2; has 'GET / ' </var/log/nginx/a.log");
    row(
        "reconcile.yaml nginx.log_formats",
        main("nginx", "{log_formats: {short: 'short $status'}}"),
        "nginx -T 2>&1 | has log_format.short");
    site(
        "access_log.path",
        "[{path: /var/log/nginx/b.log}]",
        "page | has git2; has 'GET / ' </var/log/nginx/b.log");
    site(
        "access_log.format",
        "[{path: /var/log/nginx/b.log, format: short}]",
        "page | has git2; has '^short 200' </var/log/nginx/b.log");
    row(
        "site.template",
        both(
            file(
                "templates/own.conf",
                "server { listen 80; server_name {{server_names}}; add_header X-Own yes always;"
                    + " location / { proxy_pass {{upstream}}; } }\n"),
            app("site", "{server_name: shop.test, template: own.conf}")),
        "curl -sSi -H 'Host: shop.test' localhost | has 'X-Own: yes'");
    directives();
    row("site", app("site", "false"), "! page | has git2; test ! -e /etc/nginx/sites-enabled/shop");
    String names = "server_name: shop.example, ";
    row(
        "site.tls",
        app("site", "{" + names + "tls: self-signed}"),
        "https https://shop.example | has git2");
    String live = "/etc/letsencrypt/live/shop.example/";
    String given = "certificate: " + live + "fullchain.pem, key: " + live + "privkey.pem";
    row(
        "site.tls.certificate",
        both(app("site", "{" + names + "tls: {" + given + "}}"), () -> {}),
        "https -v https://shop.example 2>&1 | has 'subject: CN=shop.example'");
    given = given.replace(live + "privkey.pem", "/srv/tls/copy.pem");
    row(
        "site.tls.key",
        app("site", "{" + names + "tls: {" + given + "}}"),
        "nginx -T 2>&1 | has 'ssl_certificate_key /srv/tls/copy.pem'; https https://shop.example"
            + " | has git2");
    String tls = names + "tls: {" + given + "}, ";
    String http = "-H 'Host: shop.example' http://localhost/";
    row(
        "site.redirect_http.to",
        app("site", "{" + tls + "redirect_http: {to: 'https://to.example/'}}"),
        "curl -sSi " + http + " | has 'Location: https://to.example/'");
    row(
        "site.redirect_http.status",
        app("site", "{" + tls + "redirect_http: {to: 'https://to.example/', status: 307}}"),
        "test \"$(code " + http + ")\" = 307");
    row(
        "site.redirect_http",
        app("site", "{" + tls + "redirect_http: false}"),
        "curl -sS " + http + " | has git2 || test \"$(code " + http + ")\" != 307");
  }

  /** A key without a row whose text becomes a directive of nginx: its example must arrive there. */
  private void directives() {
    Map<String, Schema.Field> keys = fields(fields(AppSection.SCHEMA).get("site").shape());
    keys.forEach((key, field) -> {
      boolean isPlain = field.shape() instanceof Schema.Text && !field.example().isEmpty();
      if (isPlain && !rows.containsKey("site." + key)) {
        String directive = key + " " + field.example() + ";";
        site(key, field.example(), "nginx -T 2>&1 | has '" + directive + "'; page | has git2");
      }
    });
  }

  private static Map<String, Schema.Field> fields(Schema shape) {
    return switch (shape) {
      case Schema.Fields fields -> fields.fields();
      case Schema.Either either ->
          either.shapes().stream()
              .filter(Schema.Fields.class::isInstance)
              .findFirst()
              .map(KeysIT::fields)
              .orElse(Map.of());
      case Schema.ListOf _, Schema.MapOf _ -> Map.of();
      case Schema.Text _, Schema.Whole _, Schema.Flag _, Schema.Off _, Schema.Choice _ -> Map.of();
    };
  }

  private final Map<String, String> site = new LinkedHashMap<>(Map.of("server_name", "shop.test"));

  private void site(String key, String value, String check) {
    row(
        "site." + key,
        () -> {
          site.put(key.replaceFirst("\\..*", ""), value);
          StringBuilder text = new StringBuilder();
          site.forEach((name, one) ->
              text.append(text.isEmpty() ? "{" : ", ").append(name).append(": ").append(one));
          app.put("site", text + "}");
        },
        check);
  }

  private void ofTheHost() {
    row(
        "reconcile.yaml defaults",
        main("defaults", "{gunicorn: {options: {threads: 2}}}"),
        "tr '\\0' '\\n' <\"/proc/$(pid)/environ\" | has 'threads 2'");
    row("reconcile.yaml packages", main("packages", "[tree]"), "command -v tree");
    row("reconcile.yaml users", main("users", "[keeper]"), "id keeper | has keeper");
    String path = "/etc/own.txt: {";
    row(
        "reconcile.yaml files.content",
        main("files", "{" + path + "content: one}}"),
        "has one </etc/own.txt");
    row(
        "reconcile.yaml files.source",
        both(file("files/own", "two\n"), main("files", "{" + path + "source: files/own}}")),
        "has two </etc/own.txt");
    row(
        "reconcile.yaml files.mode",
        main("files", "{" + path + "source: files/own, mode: '0640'}}"),
        "stat -c %a /etc/own.txt | has 640");
    row(
        "reconcile.yaml files.owner",
        main("files", "{" + path + "source: files/own, mode: '0640', owner: deploy}}"),
        "stat -c %U /etc/own.txt | has deploy");
    row(
        "reconcile.yaml files.group",
        main("files", "{" + path + "source: files/own, owner: deploy, group: readers}}"),
        "stat -c %G /etc/own.txt | has readers");
    String job = "[Service]\\nExecStart=/bin/sleep 1000\\n[Install]\\nWantedBy=multi-user.target";
    row(
        "reconcile.yaml units",
        main("units", "{job.service: \"" + job + "\"}"),
        "systemctl cat job.service | has 'sleep 1000'");
    row(
        "reconcile.yaml units.state",
        main("units", "{job.service: {content: \"" + job + "\", state: started}}"),
        "systemctl is-active job.service");
    row(
        "reconcile.yaml units.enabled",
        main("units", "{job.service: {content: \"" + job + "\", state: started, enabled: true}}"),
        "systemctl is-enabled job.service");
    row(
        "reconcile.yaml units.content",
        main(
            "units",
            "{job.service: {content: \"" + job.replace("1000", "2000") + "\", state: started}}"),
        "tr '\\0' ' ' <\"/proc/$(systemctl show -P MainPID job.service)/cmdline\" | has 2000");
    row(
        "reconcile.yaml units.source",
        both(
            file("files/job", job.replace("1000", "3000").replace("\\n", "\n") + "\n"),
            main("units", "{job.service: {source: files/job, state: started}}")),
        "tr '\\0' ' ' <\"/proc/$(systemctl show -P MainPID job.service)/cmdline\" | has 3000");
    row(
        "reconcile.yaml apps",
        file("hosts/web1.yaml", "apps: [shop]\n"),
        "! page / quiet.test | has git2; test ! -e /etc/nginx/sites-enabled/quiet");
  }

  @Test
  void eachKeyTakesEffectInTheRunThatBringsIt() {
    ofTheApp();
    ofItsData();
    ofItsHealth();
    ofItsSite();
    ofTheHost();
    elsewhere("site.listen"); // ListenIT
    elsewhere("site.default_server"); // ListenIT
    elsewhere("source.key"); // VirtualenvIT
    elsewhere("gunicorn"); // SchedulesIT, WholeAppIT: false
    elsewhere("venv"); // false: no test of its effect yet
    elsewhere("venv.groups"); // PipCallsTest
    elsewhere("venv.index.url"); // LocksIT
    elsewhere("venv.index.extra"); // VenvInstallTest
    elsewhere("venv.index.user"); // LocksIT
    elsewhere("venv.index.password"); // LocksIT
    elsewhere("release"); // ReleaseIT
    elsewhere("release.run"); // ReleaseIT
    elsewhere("release.timeout"); // ReleaseIT
    elsewhere("release.stop"); // ReleaseIT
    elsewhere("web.run"); // AnyServerIT
    elsewhere("web.bind"); // AnyServerIT
    elsewhere("web.stop_timeout"); // no test of its effect yet
    elsewhere("processes"); // ProcessesIT
    for (String key : new String[] {"run", "instances", "stop_timeout", "on", "env"}) {
      elsewhere("processes." + key); // ProcessesIT
    }
    for (String key : new String[] {"", ".memory", ".cpu", ".tasks", ".files"}) {
      elsewhere("processes.resources" + key); // ResourcesIT
      elsewhere("schedules.resources" + key); // ResourcesIT
    }
    elsewhere("schedules.at"); // SchedulesIT
    elsewhere("schedules.env"); // SchedulesIT
    elsewhere("schedules.on"); // SchedulesIT
    elsewhere("schedules.persistent"); // SchedulesIT
    elsewhere("schedules.run"); // SchedulesIT
    elsewhere("schedules.splay"); // plan/schedules.case: the timer file, not the delay
    elsewhere("schedules.timeout"); // SchedulesIT
    for (String key : new String[] {"", ".on", ".to", ".port", ".out"}) {
      elsewhere("balance" + key); // BalanceIT
    }
    elsewhere("balance.extra"); // balance-on-one-of-its-hosts.case: the text
    for (String key :
        new String[] {
          "auth",
          "auth.file",
          "auth.realm",
          "hsts",
          "hsts.max_age",
          "hsts.preload",
          "hsts.subdomains",
          "canonical",
          "http2",
          "real_ip.from",
          "real_ip.header",
          "rate_limit.burst",
          "rate_limit.delay",
          "rate_limit.key",
          "rate_limit.nodelay",
          "rate_limit.rate",
          "rate_limit.status",
          "satisfy"
        }) {
      elsewhere("site." + key); // SiteKeysIT
    }
    elsewhere("site.tls.acme.email"); // AcmeIT
    elsewhere("site.tls.acme.server"); // AcmeIT
    elsewhere("reconcile.yaml address"); // BalanceIT
    elsewhere("reconcile.yaml allocation.key"); // AllocationIT
    elsewhere("reconcile.yaml allocation.ports"); // AllocationIT
    elsewhere("reconcile.yaml allocation.reserved"); // AllocationIT
    elsewhere("reconcile.yaml fleet.canary"); // FleetModelTest
    elsewhere("reconcile.yaml fleet.etcd"); // EtcdctlEngineTest
    elsewhere("reconcile.yaml fleet.group"); // EtcdctlEngineTest
    elsewhere("reconcile.yaml fleet.halt_after"); // FleetModelTest
    elsewhere("reconcile.yaml fleet.max_unavailable"); // FleetModelTest
    elsewhere("reconcile.yaml fleet.soak"); // FleetModelTest
    elsewhere("reconcile.yaml limits.max_prune"); // ChangeIT
    elsewhere("reconcile.yaml limits.parallel"); // ParallelIT
    elsewhere("reconcile.yaml protect"); // ChangeIT
    elsewhere("reconcile.yaml version"); // there is one
    Set<String> shown = new TreeSet<>(rows.keySet());
    shown.addAll(elsewhere);
    assertThat(shown).isEqualTo(keys());

    app.put("source", "{folder: src/plain}");
    app.put("venv", "{python: " + Stage.QUICK_PYTHON + "}");
    app.put("site", "{server_name: shop.test}");
    main.put("version", "1");
    tree =
        DesiredTree.bare()
            .with("src/plain/main.py", CODE)
            .plain("quiet", "venv: {python: " + Stage.QUICK_PYTHON + "}\n");
    operator.converge(tree());
    rows.values().forEach(Runnable::run);
    all.assertAll();
    operator.assertConverged();
  }
}
