// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Files that Git LFS keeps: fetched by git-lfs without any right, or not at all, and never a
 * pointer.
 */
@Thorough
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LfsIT {
  private static final DesiredTree BASE = DesiredTree.of("quiet");
  private static final String CODE = BASE.files().getOrDefault("src/plain/main.py", "");
  private static final String PICTURE = "not really a picture\n".repeat(100_000);
  private static final String FONT = "a font\n";
  private static final String TREE = "/usr/share/nginx/shop/";

  /** What apt needs to install the package from the folder that the image has it in. */
  private static final String APT =
      """
      cd /srv/tools/git-lfs
      for deb in *.deb; do
        dpkg-deb -f "$deb"
        printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' \\
          "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
      done >Packages
      echo 'deb [trusted=yes] file:/srv/tools/git-lfs ./' >/etc/apt/sources.list.d/lfs.list
      """;

  /** An LFS server over https for localhost, and another.test, which nobody should ask. */
  private static final String SERVER =
      """
      mkdir -p /srv/lfs /srv/git/git-shell-commands
      cd /srv/lfs
      openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -keyout key.pem \\
        -addext subjectAltName=DNS:localhost,DNS:another.test -out cert.pem 2>/dev/null
      cp cert.pem /usr/local/share/ca-certificates/lfs.crt
      update-ca-certificates >/dev/null 2>&1
      echo '127.0.0.1 another.test' >>/etc/hosts
      cat >server.py <<'P'
      import http.server, json, os, ssl
      class Handler(http.server.BaseHTTPRequestHandler):
          def log_message(self, *words):
              with open("/srv/lfs/log", "a") as log:
                  log.write("%s %s %s %s\\n" % (self.headers["Host"], self.command, self.path,
                                               self.headers.get("Authorization")))
          def do_POST(self):
              said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
              redirect = open("/srv/lfs/redirect").read().strip()
              if redirect:
                  self.send_response(307)
                  self.send_header("Location", redirect + self.path)
                  self.end_headers()
                  return
              base = open("/srv/lfs/base").read().strip()
              objects = [{"oid": o["oid"], "size": o["size"], "authenticated": True,
                          "actions": {"download": {"href": base + "/objects/" + o["oid"]}}}
                         for o in said["objects"]]
              self.answer(json.dumps({"transfer": "basic", "objects": objects}).encode())
          def do_GET(self):
              oid = self.path.split("/")[-1]
              self.answer(open("/srv/git/shop.git/lfs/objects/%s/%s/%s" % (oid[:2], oid[2:4], oid), "rb").read())
          def answer(self, body):
              self.send_response(200)
              self.send_header("Content-Type", "application/vnd.git-lfs+json")
              self.send_header("Content-Length", str(len(body)))
              self.end_headers()
              self.wfile.write(body)
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 8443), Handler)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain("/srv/lfs/cert.pem", "/srv/lfs/key.pem")
      server.socket = context.wrap_socket(server.socket, server_side=True)
      server.serve_forever()
      P
      cat >/srv/git/git-shell-commands/git-lfs-authenticate <<'P'
      #!/bin/sh
      [ "$*" = "srv/git/shop.git download" ] || { echo "wrong: $*" >&2; exit 1; }
      printf '{"href": "%s/shop.git/info/lfs", "header": {"Authorization": "Basic c2VjcmV0OnRva2Vu"}}' \\
        "$(cat /srv/lfs/href)"
      P
      chmod 755 /srv/git/git-shell-commands/git-lfs-authenticate
      : >redirect
      echo https://localhost:8443 >base
      echo https://localhost:8443 >href
      systemd-run -q --unit=lfs-server python3 /srv/lfs/server.py
      for _ in $(seq 50); do ss -ltn | grep -q :8443 && break; sleep 0.1; done
      """;

  private static Operator operator;
  private static TestHost host;
  private static final Map<String, String> FILES = new HashMap<>();

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.git().allowRoot();
    FILES.put("main.py", CODE);
    FILES.put(".gitattributes", "[attr]large filter=lfs diff=lfs merge=lfs -text\n*.jpg large\n");
    FILES.put("static/picture.jpg", pointer(PICTURE));
    host.git().push("shop", FILES);
    keep(PICTURE);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static String oid(String content) {
    try {
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static String pointer(String content) {
    return "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
        .formatted(oid(content), content.getBytes(StandardCharsets.UTF_8).length);
  }

  private static String place(String content) {
    String oid = oid(content);
    return "/srv/git/shop.git/lfs/objects/%s/%s/%s"
        .formatted(oid.substring(0, 2), oid.substring(2, 4), oid);
  }

  /** Puts an object where the server keeps it. */
  private static void keep(String content) {
    host.run("mkdir", "-p", place(content).substring(0, place(content).lastIndexOf('/')));
    host.write(place(content), content, "0644");
  }

  private static String sha256(String path) {
    return host.run("sha256sum", path).substring(0, 64);
  }

  private static DesiredTree from(String url, String packages) {
    return BASE.with(
            "apps/shop.yaml",
            "source: {git: \"%s\"}\nsite: {server_name: shop.test}\n".formatted(url))
        .with("reconcile.yaml", "version: 1\n" + packages);
  }

  private static DesiredTree local(String packages) {
    return from(host.git().fileUrl("shop"), packages);
  }

  private static void expectNothingLeft() {
    assertThat(
            host.runScript(
                "ls -A /var/lib/reconcile/checkouts/shop | grep '^\\.' || true;"
                    + " systemctl list-units --all --no-legend 'reconcile-lfs*'"))
        .isEmpty();
  }

  @Test
  @Order(1)
  void withoutGitLfsTheAppIsHeldAndToldHow() {
    operator.push(local(""));

    for (Result result : new Result[] {operator.plan(), operator.apply(), operator.plan()}) {
      succeed(3, result);
      assertThat(result.stdout() + result.stderr())
          .contains("git-lfs not installed", "packages: [git-lfs]", "apps/shop.yaml line 1")
          .contains("1 object (2.0 MiB)", "static/picture.jpg");
    }

    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet"));
    assertThat(host.sh("test -e /usr/share/nginx/shop").ok()).isFalse();
  }

  @Test
  @Order(2)
  void packageAndObjectsComeInOneRun() {
    host.runScript(APT);
    operator.push(local("packages: [git-lfs]\n"));

    Result plan = succeed(0, operator.plan());
    assertThat(plan.stderr())
        .contains("Git LFS download", "git-lfs fetches 1 object (2.0 MiB) for commit");
    assertThat(host.sh("test -e /var/lib/reconcile/checkouts/shop").ok())
        .as("a plan fetches nothing")
        .isFalse();
    succeed(0, operator.apply());
    // the package has git use it everywhere; the tests commit pointers as they are
    host.run("git", "config", "--system", "--remove-section", "filter.lfs");

    assertThat(sha256(TREE + "static/picture.jpg")).isEqualTo(oid(PICTURE));
    assertThat(host.run("stat", "-c", "%U %G %a %h", TREE + "static/picture.jpg"))
        .isEqualTo("root root 644 1\n");
    expectNothingLeft();
    operator.assertConverged();
  }

  @Test
  @Order(3)
  void onlyWhatIsNewIsFetched() {
    host.run("rm", place(PICTURE));
    FILES.put("fonts/.gitattributes", "*.ttf filter=lfs\nplain.ttf -filter\n");
    FILES.put("fonts/a.ttf", pointer(FONT));
    FILES.put("fonts/plain.ttf", pointer(FONT));
    host.git().push("shop", FILES);
    keep(FONT);

    assertThat(succeed(0, operator.plan()).stderr()).contains("git-lfs fetches 1 object (7 bytes)");
    succeed(0, operator.apply());

    assertThat(sha256(TREE + "static/picture.jpg")).isEqualTo(oid(PICTURE));
    assertThat(host.read(TREE + "fonts/a.ttf")).isEqualTo(FONT);
    assertThat(host.read(TREE + "fonts/plain.ttf")).as("no attribute").isEqualTo(pointer(FONT));
    operator.assertConverged();
  }

  @Test
  @Order(4)
  void objectThatIsMissingOrWrongStopsThatAppAlone() {
    String good = host.run("readlink", "/usr/share/nginx/shop");
    String other = "another picture\n";
    FILES.put("static/other.jpg", pointer(other));
    host.git().push("shop", FILES);
    operator.push(local("packages: [git-lfs]\n").plain("quiet", "env: {GREETING: new}\n"));

    Result missing = succeed(3, operator.apply());
    assertThat(missing.stdout() + missing.stderr())
        .contains("Git LFS fetch failed", "static/other.jpg", oid(other))
        .doesNotContain("Input/output error");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "new"));
    expectNothingLeft();

    keep(other);
    host.write(place(other), "ANOTHER PICTURE\n", "0644");
    succeed(3, operator.apply());
    assertThat(host.run("readlink", "/usr/share/nginx/shop")).isEqualTo(good);
    assertThat(operator.page("shop")).isEqualTo(DesiredTree.ANSWER);
    expectNothingLeft();

    host.write(place(other), other, "0644");
    succeed(0, operator.apply());
    assertThat(host.read(TREE + "static/other.jpg")).isEqualTo(other);
  }

  @Thorough
  @Test
  @Order(5)
  void gitLfsHasNoRights() {
    host.runScript(
        """
        mv /usr/bin/git-lfs /usr/bin/git-lfs.away
        cat >/usr/bin/git-lfs <<'S'
        #!/bin/sh
        echo "uid $(id -u)" >&2
        for try in 'cat /root/.ssh/id_ed25519' 'touch /etc/pwned' 'ls /var/lib/reconcile/repo.git' \\
          'touch /var/lib/reconcile/checkouts/pwned' 'kill -0 1'; do
          $try >/dev/null 2>&1 && echo "could $try" >&2
        done
        exit 1
        S
        chmod 755 /usr/bin/git-lfs
        """);
    FILES.put("static/third.jpg", pointer("third\n"));
    host.git().push("shop", FILES);

    Result refused = succeed(3, operator.apply());
    host.run("mv", "/usr/bin/git-lfs.away", "/usr/bin/git-lfs");

    assertThat(refused.stdout() + refused.stderr())
        .containsPattern("uid [1-9][0-9]{4}")
        .doesNotContain("could ");
    FILES.remove("static/third.jpg");
    host.git().push("shop", FILES);
    succeed(0, operator.apply());
  }

  @Thorough
  @Test
  @Order(6)
  void sshServerIsAskedForAccessAndNoOtherHost() {
    host.runScript(SERVER);
    String fresh = "over ssh\n";
    FILES.put("static/fresh.jpg", pointer(fresh));
    FILES.put(".lfsconfig", "[lfs]\n\turl = https://another.test:8443/shop.git/info/lfs\n");
    host.git().push("shop", FILES);
    keep(fresh);
    operator.push(from(host.git().sshUrl("shop"), "packages: [git-lfs]\n"));

    assertThat(succeed(0, operator.plan()).stderr()).contains("It asks localhost alone");
    assertThat(host.sh("test -e /srv/lfs/log").ok()).as("a plan asks no server").isFalse();
    succeed(0, operator.apply());

    assertThat(host.read(TREE + "static/fresh.jpg")).isEqualTo(fresh);
    assertThat(host.read("/srv/lfs/log"))
        .contains("localhost:8443 POST /shop.git/info/lfs/objects/batch Basic c2VjcmV0OnRva2Vu")
        .doesNotContain("another.test");
    assertThat(host.runScript("journalctl --no-pager; cat /var/lib/reconcile/last-run.json"))
        .doesNotContain("c2VjcmV0OnRva2Vu");
  }

  @Thorough
  @Test
  @Order(7)
  void whatNamesAnotherHostIsNotFollowed() {
    String good = host.run("readlink", "/usr/share/nginx/shop");
    String fresh = "somewhere else\n";
    FILES.put("static/else.jpg", pointer(fresh));
    host.git().push("shop", FILES);
    keep(fresh);
    for (String how : new String[] {"base", "redirect", "href"}) {
      host.runScript("echo https://another.test:8443 >/srv/lfs/" + how);
      Result refused = succeed(3, operator.apply());
      host.runScript("echo https://localhost:8443 >/srv/lfs/" + how);
      host.runScript(how.equals("redirect") ? ": >/srv/lfs/redirect" : ":");

      assertThat(refused.stdout() + refused.stderr())
          .as(how)
          .contains("Git LFS fetch failed", "another.test");
      assertThat(host.read("/srv/lfs/log")).as(how).doesNotContain("another.test");
      assertThat(host.run("readlink", "/usr/share/nginx/shop")).isEqualTo(good);
    }
    succeed(0, operator.apply());
    assertThat(host.read(TREE + "static/else.jpg")).isEqualTo(fresh);
  }

  @Test
  @Order(8)
  void desiredStateWithPointersIsRefusedAndItsAppsAreServedWhole() {
    String picture = "of the desired state\n";
    DesiredTree tree =
        local("packages: [git-lfs]\n")
            .with(".gitattributes", "*.jpg filter=lfs\n")
            .with("src/plain/picture.jpg", pointer(picture));
    operator.push(tree);
    host.runScript(
        "cd /srv/git; mkdir -p desired.git/lfs; cp -r shop.git/lfs/objects desired.git/lfs/");
    host.run("mkdir", "-p", place(picture).replace("shop", "desired").replaceAll("/[^/]*$", ""));
    host.write(place(picture).replace("shop", "desired"), picture, "0644");
    succeed(0, operator.apply());
    assertThat(host.read(Layout.of("quiet").directory() + "/picture.jpg")).isEqualTo(picture);

    operator.push(
        tree.with("files/motd", pointer(picture))
            .with("reconcile.yaml", "version: 1\nfiles: {/etc/motd: {source: files/motd}}\n"));
    Result refused = succeed(65, operator.apply());
    assertThat(refused.stderr()).contains("files/motd is in Git LFS", "reconcile.yaml line 2");
  }
}
