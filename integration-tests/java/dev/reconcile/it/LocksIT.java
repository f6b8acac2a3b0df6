// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Locks are installed by the tools that made them, and a private index gets its password from
 * nowhere that others see. The index is on loopback and asks for the password.
 */
class LocksIT {
  private static final String PASSWORD = "t0k3n-of-the-index";
  private static final String URL = "http://127.0.0.1:8071/simple/";

  /** Serves the wheels of the image as PEP 503 says, to those who know the password. */
  private static final String INDEX =
      """
      import base64, hashlib, http.server, os, re, sys
      WHEELS = "/srv/wheels"
      KEY = "Basic " + base64.b64encode(b"deploy:" + sys.argv[1].encode()).decode()

      def names():
          found = {}
          for file in sorted(os.listdir(WHEELS)):
              name = re.sub(r"[-_.]+", "-", file.split("-")[0]).lower()
              found.setdefault(name, []).append(file)
          return found

      class Index(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              if self.headers.get("Authorization") != KEY:
                  self.send_response(401)
                  self.send_header("WWW-Authenticate", "Basic realm=index")
                  self.send_header("Content-Length", "0")
                  self.end_headers()
                  return
              parts = self.path.split("?")[0].strip("/").split("/")
              body = None
              if parts[0] == "files" and len(parts) == 2 and parts[1] in os.listdir(WHEELS):
                  body = open(f"{WHEELS}/{parts[1]}", "rb").read()
                  kind = "application/octet-stream"
              elif parts[0] == "simple":
                  kind = "text/html"
                  if len(parts) == 1:
                      body = "".join(f'<a href="{n}/">{n}</a>' for n in names()).encode()
                  elif parts[1] in names():
                      links = []
                      for file in names()[parts[1]]:
                          digest = hashlib.sha256(open(f"{WHEELS}/{file}", "rb").read()).hexdigest()
                          links.append(f'<a href="/files/{file}#sha256={digest}">{file}</a>')
                      body = ("<!DOCTYPE html><html><body>" + "".join(links) + "</body></html>").encode()
              self.send_response(404 if body is None else 200)
              self.send_header("Content-Type", "text/plain" if body is None else kind)
              self.send_header("Content-Length", str(len(body or b"")))
              self.end_headers()
              self.wfile.write(body or b"")

          def log_message(self, *args):
              with open("/srv/asked", "a") as log:
                  log.write(self.path + "\\n")

      http.server.ThreadingHTTPServer(("127.0.0.1", 8071), Index).serve_forever()
      """;

  private static final String SAYS =
      """
      import itsdangerous


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [("%s " + itsdangerous.__version__ + "\\n").encode()]
      """;

  private static final DesiredTree KEPT = DesiredTree.of("kept");

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    operator.converge(KEPT);
    host.write("/root/index.py", INDEX, "0600");
    host.write("/etc/reconcile/secrets/index", PASSWORD + "\n", "0600");
    host.write("/etc/index.pass", "PASSWORD=" + PASSWORD + "\n", "0600");
    // with /etc/pip.conf, pip would ask no index at all
    host.runScript(
        """
        mv /etc/pip.conf /root/pip.conf
        systemd-run -q --unit=index -p EnvironmentFile=/etc/index.pass -p SystemCallFilter= \
          sh -c 'exec python3 -c "import os, sys; sys.argv[1:] = [os.environ[\\"PASSWORD\\"]]
        exec(open(\\"/root/index.py\\").read())"'
        for _ in $(seq 100); do ss -ltn | grep -q :8071 && break; sleep 0.1; done
        """);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static String hashes(String... names) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "python3",
                "-c",
                """
                import glob, hashlib, os, sys
                for path in sorted(glob.glob("/srv/wheels/*.whl")):
                    name, version = os.path.basename(path).split("-")[:2]
                    digest = hashlib.sha256(open(path, "rb").read()).hexdigest()
                    if name in sys.argv[1:]:
                        print(name, version, os.path.basename(path), digest)
                """));
    argv.addAll(List.of(names));
    return host.run(argv.toArray(String[]::new));
  }

  private static String venv(String more) {
    return """
    venv:
      index: {url: "%s", user: deploy, password: /etc/reconcile/secrets/index}
    %s
    """
        .formatted(URL, more);
  }

  private static String app(String name, String more) {
    String yaml =
        "source: {git: \"%s\"}\nsite: {server_name: %s.test}\nuser: www-data\n"
            .formatted(host.git().fileUrl(name), name);
    return yaml + venv("  directory: /opt/py_envs/" + name + "\n" + more);
  }

  @Thorough
  @Test
  void passwordOfAnIndexIsSeenByItsBuildAlone() {
    Map<String, String> code = new TreeMap<>();
    code.put("main.py", SAYS.formatted("private"));
    code.put(
        "requirements.txt", "itsdangerous\nshopkit @ file:./kit\n".replace("file:./kit", "./kit"));
    code.put("requirements.txt", "itsdangerous\n./kit\n");
    // its backend comes from the index, too, by a pip that pip starts
    code.put(
        "kit/pyproject.toml",
        """
        [build-system]
        requires = ["setuptools"]
        build-backend = "setuptools.build_meta"
        [project]
        name = "shopkit"
        version = "1.0"
        """);
    code.put("kit/shopkit/__init__.py", "");
    host.git().push("private", code);
    host.write("/root/sampler.py", SecretsIT.SAMPLER, "0600");
    host.runScript("setsid python3 /root/sampler.py >/dev/null 2>&1 </dev/null & sleep 0.5");
    StringBuilder said = new StringBuilder();
    DesiredTree tree = KEPT.withRaw("apps/private.yaml", app("private", ""));
    operator.push(tree);
    for (String option : List.of("-v", "--json")) {
      said.append(succeed(0, operator.plan(option)));
    }
    said.append(succeed(0, operator.apply("-v")));
    assertThat(operator.page("private")).startsWith("private ");
    operator.assertConverged();

    // a build that prints what it can read
    code.put(
        "kit/setup.py",
        """
        import os, sys
        print(open(os.path.expanduser("~/.netrc")).read(), file=sys.stderr)
        raise SystemExit("broken on purpose")
        """);
    host.git().push("private", code);
    Result result = succeed(3, operator.apply("--json"));
    said.append(result);
    assertThat(result.stdout() + result.stderr()).contains("broken on purpose", "********");
    said.append(host.exec("reconcile", "status", "--json"));
    said.append(host.exec("reconcile", "history", "--json"));
    host.run("touch", "/root/enough");

    assertThat(said.toString()).contains(URL).doesNotContain(PASSWORD);
    assertThat(host.read("/root/seen")).contains("pip install", URL).doesNotContain(PASSWORD);
    assertThat(host.run("journalctl", "--no-pager")).doesNotContain(PASSWORD);
    assertThat(
            host.runScript(
                """
                grep -rIl --devices=skip -e '%s' /etc /run /tmp /var /usr/share/nginx /opt /home /srv \
                  | sort
                """
                    .formatted(PASSWORD)))
        .as("files with the password")
        .isEqualToIgnoringWhitespace("/etc/index.pass /etc/reconcile/secrets/index");

    host.runScript("chmod 644 /etc/reconcile/secrets/index");
    assertThat(succeed(3, operator.plan()).stdout()).contains("Index password readable by others");
    host.runScript(
        "chmod 600 /etc/reconcile/secrets/index; mv /etc/reconcile/secrets/index /root/i");
    assertThat(succeed(3, operator.plan()).stdout())
        .contains("Missing index password", "apps/private.yaml line");
    host.runScript("mv /root/i /etc/reconcile/secrets/index");
    operator.converge(KEPT);
  }

  @Thorough
  @Test
  void locksOfPoetryAndPipenvAreInstalledAsLocked() {
    String[] wheel = hashes("itsdangerous").strip().split(" ", -1);
    String[] server = hashes("gunicorn").strip().split(" ", -1);
    String[] tools = hashes("setuptools").strip().split(" ", -1);
    Map<String, String> poetry = poetry(wheel, server, tools);
    Map<String, String> pipenv = pipenv(wheel, server, tools);
    host.git().push("poet", poetry);
    host.git().push("pipe", pipenv);
    DesiredTree tree =
        KEPT.withRaw("apps/poet.yaml", app("poet", "")).withRaw("apps/pipe.yaml", app("pipe", ""));
    operator.push(tree);
    Result result = succeed(3, operator.plan());
    assertThat(result.stdout() + result.stderr())
        .contains("Lock tool not found", "on poetry.lock", "packages: [python3-poetry]")
        .contains("packages: [pipenv]");

    succeed(
        0,
        host.exec(
            Duration.ofMinutes(5),
            "sh",
            "-c",
            "dpkg --unpack /srv/tools/python3-poetry/*.deb /srv/tools/pipenv/*.deb"));
    operator.converge(tree);
    assertThat(operator.page("poet")).isEqualTo("poet " + wheel[1] + "\n");
    assertThat(operator.page("pipe")).isEqualTo("pipe " + wheel[1] + "\n");
    operator.assertConverged();

    // another hash than that of the file
    poetry.put("poetry.lock", poetry.get("poetry.lock").replace(wheel[3], "0".repeat(64)));
    pipenv.put("Pipfile.lock", pipenv.get("Pipfile.lock").replace(wheel[3], "0".repeat(64)));
    host.git().push("poet", poetry);
    host.git().push("pipe", pipenv);
    result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("poet: poetry said", "pipe: pip said", "DO NOT MATCH THE HASHES");
    assertThat(operator.page("poet")).isEqualTo("poet " + wheel[1] + "\n");
    assertThat(operator.page("pipe")).isEqualTo("pipe " + wheel[1] + "\n");

    poetry.put("poetry.lock", poetry.get("poetry.lock").replace("gunicorn", "other"));
    host.git().push("poet", poetry);
    assertThat(succeed(3, operator.plan()).stdout()).contains("Lock without gunicorn");
    operator.converge(KEPT);
  }

  private static Map<String, String> poetry(String[]... packages) {
    StringBuilder lock = new StringBuilder();
    for (String[] each : packages) {
      lock.append(
          """
          [[package]]
          name = "%1$s"
          version = "%2$s"
          description = ""
          category = "main"
          optional = false
          python-versions = "*"
          files = [
              {file = "%3$s", hash = "sha256:%4$s"},
          ]

          [package.source]
          type = "legacy"
          url = "http://127.0.0.1:8071/simple"
          reference = "own"

          """
              .formatted((Object[]) each));
    }
    lock.append(
        """
        [metadata]
        lock-version = "2.0"
        python-versions = ">=3.9"
        content-hash = "%s"
        """
            .formatted("0".repeat(64)));
    Map<String, String> files = new TreeMap<>();
    files.put("main.py", SAYS.formatted("poet"));
    files.put("poetry.lock", lock.toString());
    files.put(
        "pyproject.toml",
        """
        [tool.poetry]
        name = "an-app"
        version = "1"
        description = ""
        authors = []
        [tool.poetry.dependencies]
        python = ">=3.9"
        itsdangerous = "*"
        gunicorn = "*"
        [[tool.poetry.source]]
        name = "own"
        url = "http://127.0.0.1:8071/simple"
        default = true
        [build-system]
        requires = ["poetry-core"]
        build-backend = "poetry.core.masonry.api"
        """);
    return files;
  }

  private static Map<String, String> pipenv(String[]... packages) {
    StringBuilder lock = new StringBuilder();
    for (String[] each : packages) {
      lock.append(lock.isEmpty() ? "" : ",\n")
          .append(
              """
                      "%1$s": {
                          "hashes": ["sha256:%4$s"],
                          "index": "own",
                          "version": "==%2$s"
                      }\
              """
                  .formatted((Object[]) each));
    }
    Map<String, String> files = new TreeMap<>();
    files.put("main.py", SAYS.formatted("pipe"));
    files.put(
        "Pipfile.lock",
        """
        {
            "_meta": {
                "hash": {"sha256": "%s"},
                "pipfile-spec": 6,
                "requires": {},
                "sources": [{"name": "own", "url": "http://127.0.0.1:9/simple", "verify_ssl": false}]
            },
            "default": {
        %s
            },
            "develop": {"black": {"version": "==1"}}
        }
        """
            .formatted("0".repeat(64), lock));
    files.put(
        "Pipfile",
        """
        [[source]]
        name = "own"
        url = "http://127.0.0.1:9/simple"
        verify_ssl = false
        [packages]
        itsdangerous = "*"
        gunicorn = "*"
        """);
    return files;
  }
}
