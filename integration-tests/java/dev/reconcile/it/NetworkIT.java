// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Proxies and certificate authorities, of the caller and of the configuration: they lead git, pip
 * and apt to their servers, and nothing else of a run knows of them.
 */
@Thorough
class NetworkIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String PASSWORD = "pr0xy-passw0rd";
  private static final String PROXY = "http://ann:" + PASSWORD + "@localhost:3128";
  private static final String REPO = "https://git.test/desired.git";
  private static final String CA = "/etc/own-ca.pem";

  /** git's server over https, and the only way to it: a proxy that wants a password. */
  private static final String SERVERS =
      """
      import base64, functools, http.server, json, select, socket, ssl, threading

      class Git(http.server.SimpleHTTPRequestHandler):
          def do_GET(self):
              if self.path.startswith("/simple/"):  # what a proxy led here was understood
                  with open("/var/tmp/index", "a") as log:
                      log.write(self.path + "\\n")
              super().do_GET()

          def do_POST(self):  # of Git LFS; HOST is whom it names
              asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
              host = open("/var/tmp/lfs-host").read().strip()
              objects = []
              for one in asked["objects"]:
                  oid = one["oid"]
                  place = f"https://{host}/shop.git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}"
                  objects.append({**one, "authenticated": True, "actions": {"download": {"href": place}}})
              body = json.dumps({"transfer": "basic", "objects": objects}).encode()
              self.send_response(200)
              self.send_header("Content-Type", "application/vnd.git-lfs+json")
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)

      def serve():
          handler = functools.partial(Git, directory="/srv/git")
          server = http.server.ThreadingHTTPServer(("127.0.0.1", 8443), handler)
          context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
          context.load_cert_chain("/var/tmp/server.pem", "/var/tmp/server.key")
          server.socket = context.wrap_socket(server.socket, server_side=True)
          server.serve_forever()

      class Proxy(http.server.BaseHTTPRequestHandler):
          def do_CONNECT(self):
              wanted = "Basic " + base64.b64encode(b"ann:PASSWORD").decode()
              allowed = self.headers.get("Proxy-Authorization") == wanted
              with open("/var/tmp/asked", "a") as log:
                  log.write(f"{self.path} {allowed}\\n")
              if not allowed:
                  self.send_response(407)
                  self.send_header("Proxy-Authenticate", "Basic realm=x")
                  self.send_header("Content-Length", "0")
                  self.end_headers()
                  return
              other = socket.create_connection(("127.0.0.1", 8443))
              self.send_response(200)
              self.end_headers()
              ends = [self.connection, other]
              while True:
                  for end in select.select(ends, [], [], 60)[0]:
                      data = end.recv(65536)
                      if not data:
                          return
                      ends[1 - ends.index(end)].sendall(data)

      threading.Thread(target=serve, daemon=True).start()
      http.server.ThreadingHTTPServer(("127.0.0.1", 3128), Proxy).serve_forever()
      """
          .replace("PASSWORD", PASSWORD);

  private static final String AUTHORITY =
      """
      cd /var/tmp
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 99 \
        -subj '/CN=own authority' -keyout ca.key -out /etc/own-ca.pem 2>/dev/null
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj '/CN=git.test' \
        -keyout server.key -out server.csr 2>/dev/null
      printf 'subjectAltName=DNS:git.test,DNS:other.test,DNS:pypi.test' >extensions
      openssl x509 -req -in server.csr -CA /etc/own-ca.pem -CAkey ca.key -CAcreateserial -days 99 \
        -extfile extensions -out server.pem 2>/dev/null
      """;

  /** Programs that note what they are told of the network, in front of the real ones. */
  private static final String WITNESSES =
      """
      for program in apt-get systemctl nginx; do
        real=$(command -v $program)
        cat >/usr/local/sbin/$program <<E
      #!/bin/sh
      { echo "$program \\$*"; env | grep -iE 'proxy|_CA|SSL_|PIP_CERT'; } >>/var/tmp/witness-$program
      exec $real "\\$@"
      E
        chmod 755 /usr/local/sbin/$program
      done
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript(AUTHORITY);
    host.write("/var/tmp/servers.py", SERVERS, "0600");
    host.runScript("setsid python3 /var/tmp/servers.py >/var/tmp/servers.log 2>&1 </dev/null &");
    push("one");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static void push(String version) {
    operator.push(
        DesiredTree.of("shop")
            .with("src/plain/version", version)
            .with("src/plain/requirements.txt", "click\n")
            .with("reconcile.yaml", "version: 1\npackages: [tree]\n"));
    host.runScript(
        "cd /srv/git/desired.git && runuser -u git -- git repack -adq && "
            + "runuser -u git -- git update-server-info");
  }

  private static Result run(List<String> variables, String... words) {
    List<String> argv = new ArrayList<>(List.of("env"));
    argv.addAll(variables);
    argv.add("reconcile");
    argv.addAll(List.of(words));
    return host.exec(LIMIT, argv.toArray(String[]::new));
  }

  private static String asked() {
    return host.runScript("cat /var/tmp/asked 2>/dev/null || :; rm -f /var/tmp/asked");
  }

  @Test
  void callersProxyAndAuthorityLeadToTheRepository() {
    List<String> settings = List.of("https_proxy=" + PROXY, "SSL_CERT_FILE=" + CA);

    succeed(0, run(settings, "plan", "--config", "/dev/null", "--repo", REPO));

    assertThat(asked()).contains("git.test:443 True");
  }

  @Test
  void eachIsNeededAndNoPasswordIsShown() {
    for (List<String> settings :
        List.of(
            List.of("SSL_CERT_FILE=" + CA),
            List.of("https_proxy=" + PROXY),
            List.of("https_proxy=" + PROXY, "no_proxy=other.test,.test", "SSL_CERT_FILE=" + CA),
            List.of("https_proxy=" + PROXY.replace("ann", "bob"), "SSL_CERT_FILE=" + CA),
            List.of("https_proxy=" + PROXY.replace("http:", "https:"), "SSL_CERT_FILE=" + CA))) {
      Result failed = run(settings, "plan", "--config", "/dev/null", "-v", "--repo", REPO);

      succeed(69, failed);
      assertThat(failed.stdout() + failed.stderr()).doesNotContain(PASSWORD);
    }
    asked();
  }

  @Test
  void mistakeInASettingIsAnErrorWithoutThePassword() {
    for (String[] option :
        new String[][] {
          {"--https-proxy", "ftp://ann:" + PASSWORD + "@localhost"}, {"--ca-bundle", "/etc/none"}
        }) {
      Result failed = run(List.of(), "plan", "--repo", REPO, option[0], option[1]);

      succeed(64, failed);
      assertThat(failed.stderr()).contains(option[0]).doesNotContain(PASSWORD);
    }
  }

  /** Through the proxy, too, git-lfs can ask nobody but the source's own server. */
  @Test
  void gitLfsGoesTheSameWayAndToTheSourceAlone() {
    host.runScript(
        "dpkg -i /srv/tools/git-lfs/*.deb >/dev/null && git config --system --remove-section filter.lfs");
    for (String name : List.of("git.test", "other.test")) {
      String content = "a picture from " + name + "\n";
      keepLarge(content);
      host.write("/var/tmp/lfs-host", name, "0644");
      List<String> settings = List.of("https_proxy=" + PROXY, "SSL_CERT_FILE=" + CA);
      asked();

      Result apply = run(settings, "apply", "--config", "/dev/null", "--repo", REPO);

      succeed(name.equals("git.test") ? 0 : 3, apply);
      assertThat(host.read("/usr/share/nginx/shop/static/a.jpg"))
          .isEqualTo("a picture from git.test\n");
      assertThat(asked()).contains("git.test:443 True").doesNotContain("other.test");
      assertThat(apply.stdout() + apply.stderr()).doesNotContain(PASSWORD);
    }
    assertThat(host.runScript("journalctl --no-pager; cat /var/lib/reconcile/last-run.json"))
        .doesNotContain(PASSWORD);
    assertThat(host.runScript("grep -rIl -e " + PASSWORD + " /var/lib/reconcile || :")).isEmpty();
  }

  // an app's repository with a pointer, and the object beside it
  private static void keepLarge(String content) {
    host.write("/var/tmp/large", content, "0644");
    String oid = host.run("sha256sum", "/var/tmp/large").substring(0, 64);
    host.git()
        .push(
            "shop",
            Map.of(
                "main.py",
                DesiredTree.bare().files().getOrDefault("src/plain/main.py", ""),
                ".gitattributes",
                "*.jpg filter=lfs\n",
                "static/a.jpg",
                "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
                    .formatted(oid, content.length())));
    operator.push(
        DesiredTree.bare()
            .with("reconcile.yaml", "version: 1\n")
            .with(
                "apps/shop.yaml",
                "source: {git: \"https://git.test/shop.git\"}\nsite: {server_name: shop.test}\n"));
    host.runScript(
        """
        cd /srv/git/shop.git
        install -D -m 644 /var/tmp/large "lfs/objects/$(echo %s | cut -c1-2)/$(echo %s | cut -c3-4)/%s"
        for repo in shop desired; do
          cd /srv/git/$repo.git
          runuser -u git -- git repack -adq
          runuser -u git -- git update-server-info
        done
        """
            .formatted(oid, oid, oid));
  }

  /** The configuration wins over the caller; and what was done has no trace of either. */
  @Test
  void configurationLeadsGitPipAndAptAndNothingElse() {
    host.write(
        "/etc/reconcile/config.yaml",
        "https-proxy: %s\nhttp-proxy: %s\nno-proxy: [localhost, 127.0.0.1]\nca-bundle: %s\n"
            .formatted(PROXY, PROXY, CA),
        "0600");
    host.run("chmod", "600", CA); // pip runs as a user who cannot read it
    host.write(
        "/etc/pip.conf",
        "[global]\nindex-url = https://pypi.test/simple/\nfind-links = /srv/wheels\n",
        "0644");
    push("two");
    host.runScript(WITNESSES);
    List<String> wrong = List.of("https_proxy=http://wrong.test:1", "SSL_CERT_FILE=/nowhere");

    Result apply = run(wrong, "apply", "-v", "--repo", REPO);

    succeed(0, apply);
    assertThat(asked()).contains("git.test:443 True", "pypi.test:443 True");
    assertThat(host.read("/var/tmp/index")).contains("/simple/click/");
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    assertThat(host.read("/var/tmp/witness-apt-get"))
        .contains("https_proxy=" + PROXY, "HTTP_PROXY=" + PROXY, "no_proxy=localhost,127.0.0.1")
        .contains("PIP_CERT=" + CA, "Acquire::https::CaInfo=" + CA)
        .doesNotContain("wrong.test");
    for (String program : List.of("systemctl", "nginx")) {
      assertThat(host.read("/var/tmp/witness-" + program)).doesNotContainIgnoringCase("proxy");
    }
    assertThat(apply.stdout() + apply.stderr()).doesNotContain(PASSWORD);
    String kept =
        host.runScript(
            "grep -rIl --devices=skip -e %s /etc /run /var/lib /var/log /opt/py_envs || :"
                .formatted(PASSWORD));
    assertThat(kept.strip()).isEqualTo("/etc/reconcile/config.yaml");
    assertThat(host.run("journalctl", "--no-pager")).doesNotContain(PASSWORD);
    assertThat(host.run("systemctl", "show", "gunicorn@shop.service")).doesNotContain("proxy");

    host.runScript("sleep 1.2"); // what has just changed is proof of nothing
    Result again = succeed(0, run(wrong, "apply", "--repo", REPO));
    assertThat(again.stdout()).startsWith("No changes");
    assertThat(host.read("/var/lib/reconcile/unchanged")).doesNotContain("3128");
  }
}
