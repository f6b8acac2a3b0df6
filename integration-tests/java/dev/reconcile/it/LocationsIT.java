// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What a visitor gets from the paths of a site that differ from the rest. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocationsIT {
  /** Answers with its name and with what it sees of the request. */
  private static final String CODE =
      """
      import os


      def app(environ, start_response):
          environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
          start_response("200 OK", [("Content-Type", "text/plain")])
          seen = [os.environ["WHO"], environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"]]
          seen.append(environ.get("HTTP_X_FORWARDED_PREFIX", "-"))
          return [(" ".join(seen) + "\\n").encode()]
      """;

  /** A server that knows nothing of SCRIPT_NAME. */
  private static final String PLAIN =
      """
      import os
      import socket
      from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

      import main


      class Server(WSGIServer):
          address_family = socket.AF_UNIX

          def server_bind(self):
              self.socket = socket.socket(fileno=3)
              self.server_name, self.server_port = "plain", 0
              self.setup_environ()

          def server_activate(self):
              pass

          def get_request(self):
              return self.socket.accept()[0], ("nginx", 0)


      server = Server("", WSGIRequestHandler)
      server.set_app(main.app)
      server.serve_forever()
      """;

  private static final String SHOP =
      """
      source: {folder: src/echo}
      gunicorn: {app: "main:app"}
      env: {WHO: shop}
      site:
        server_name: [shop.test, www.shop.test]
        client_max_body_size: 10k
        static: {/assets/: assets/}
        locations:
          /upload: {client_max_body_size: 1M}
          "= /healthz": {app: api, to: /health, access_log: false}
          /ui: {static: ui, cache: 30d, fallback: index.html}
          /other/: {proxy: "http://unix:/run/plain_gunicorn.sock:/inner/"}
          /old/: {redirect: /new/}
          "~ ^/[0-9]+$": {redirect: {to: "https://numbers.test$request_uri", status: 302}}
          /raw/:
            extra: |
              rewrite ^/raw/(.*)$ /cut/$1 break;
              proxy_pass {{upstream}};
      """;

  private static final String API =
      """
      source: {folder: src/echo}
      gunicorn: {app: "main:app"%s}
      env: {WHO: api}
      health: {path: /health}
      site:
        mount: {on: shop, path: /api}
        client_max_body_size: 2M
        static: {/static/: assets/}
        headers: {X-Part: api}
      """;

  private static final String PLAIN_APP =
      """
      source: {folder: src/echo}
      web: {run: python server.py}
      env: {WHO: plain}
      site:
        mount: {on: shop, path: /plain/}
        %s
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree() {
    return DesiredTree.bare()
        .with("src/echo/main.py", CODE)
        .with("src/echo/server.py", PLAIN)
        .with("src/echo/requirements.txt", "gunicorn\n")
        .with("src/echo/assets/a.css", "css\n")
        .with("src/echo/ui/index.html", "page\n")
        .with("src/echo/ui/app.js", "js\n")
        .withRaw("apps/shop.yaml", SHOP)
        .withRaw("apps/api.yaml", API.formatted(""))
        .withRaw("apps/plain.yaml", PLAIN_APP.formatted(""));
  }

  private static String get(String path, String... options) {
    List<String> argv = new ArrayList<>(List.of("curl", "-s", "-m", "20", "-H", "Host: shop.test"));
    argv.addAll(List.of(options));
    argv.add("http://localhost" + path);
    return host.run(argv.toArray(String[]::new));
  }

  private static String status(String path, String... options) {
    List<String> all = new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code}"));
    all.addAll(List.of(options));
    return get(path, all.toArray(String[]::new));
  }

  @Order(1)
  @Test
  void eachPathHasItsAnswer() {
    operator.converge(tree());
    assertThat(get("/x", "-H", "X-Forwarded-Prefix: /forged")).isEqualTo("shop  /x -\n");
    assertThat(get("/assets/a.css")).isEqualTo("css\n");

    // an app of gunicorn knows its prefix, another server gets the rest of the path
    assertThat(get("/api/users?x=1", "-H", "X-Forwarded-Prefix: /forged"))
        .isEqualTo("api /api /users /api\n");
    assertThat(get("/api", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"))
        .isEqualTo("301 http://shop.test/api/");
    assertThat(get("/apiary")).isEqualTo("shop  /apiary -\n");
    assertThat(get("/api/static/a.css", "-i")).contains("X-Part: api", "css\n");
    assertThat(get("/ui../main.py", "--path-as-is")).isEqualTo("shop  /ui../main.py -\n");
    assertThat(get("/plain/a/b")).isEqualTo("plain  /a/b /plain\n");
    assertThat(get("/healthz")).isEqualTo("api  /health -\n");
    assertThat(get("/other/x")).isEqualTo("plain  /inner/x -\n");
    assertThat(get("/raw/x")).isEqualTo("shop  /cut/x -\n");

    // a single-page app: files keep, its page does not
    assertThat(get("/ui/app.js", "-i")).contains("max-age=2592000", "js\n");
    for (String path : List.of("/ui/", "/ui/deep/link", "/ui/index.html")) {
      assertThat(get(path, "-i")).as(path).contains("no-cache", "page\n");
    }
    assertThat(get("/old/x", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"))
        .isEqualTo("301 http://shop.test/new/");
    assertThat(get("/42", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"))
        .isEqualTo("302 https://numbers.test/42");

    // a setting counts for its part alone
    host.run("sh", "-c", "head -c 100000 /dev/zero >/root/body");
    assertThat(status("/x", "--data-binary", "@/root/body")).isEqualTo("413");
    assertThat(status("/upload", "--data-binary", "@/root/body")).isEqualTo("200");
    assertThat(status("/api/upload", "--data-binary", "@/root/body")).isEqualTo("200");
    assertThat(host.run("sh", "-c", "grep -c healthz /var/log/nginx/access.log || :"))
        .startsWith("0");
    assertThat(succeed(0, host.sh("reconcile status || :")).stdout()).contains("shop.test/api/");
    operator.assertConverged();
  }

  @Order(2)
  @Test
  void aFaultInAPartIsPutDownToItsApp() {
    DesiredTree faulty =
        tree()
            .withRaw("apps/api.yaml", API.formatted("") + "  extra: proxy_buffering sometimes;\n")
            .withRaw("apps/shop.yaml", SHOP.replace("WHO: shop", "WHO: shop2"));
    operator.push(faulty);
    Result result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("Site refused by nginx", "on apps/api.yaml", "api stays as it is");
    assertThat(get("/x")).isEqualTo("shop2  /x -\n");
    assertThat(get("/api/x")).isEqualTo("api /api /x /api\n");

    // code that does not answer is rolled back, and the site that it is mounted on stays
    operator.push(tree().withRaw("apps/api.yaml", API.formatted("").replace("main:app", "no:app")));
    succeed(3, operator.apply());
    assertThat(get("/x")).isEqualTo("shop  /x -\n");
    assertThat(get("/api/x")).isEqualTo("api /api /x /api\n");
    operator.converge(tree());
  }

  @Order(3)
  @Test
  void anotherAddressOfTheAppLosesNoRequest() {
    // what nginx's http block needs for it comes with the site
    operator.push(
        tree()
            .withRaw(
                "apps/api.yaml",
                API.formatted(", bind: port") + "  rate_limit: {rate: 1000r/s, burst: 1000}\n"));
    host.runScript(
        """
        cat >/root/ask.sh <<'END'
        while [ ! -e /root/enough ]; do
          curl -s -m 20 -H 'Host: shop.test' http://localhost/api/x || echo failed
        done
        END
        rm -f /root/enough
        systemd-run -q --unit=ask sh -c 'sh /root/ask.sh >/root/got'
        """);
    succeed(0, operator.apply());
    host.runScript("touch /root/enough; sleep 1");
    assertThat(host.sh("sort -u /root/got").stdout()).isEqualTo("api /api /x /api\n");
    assertThat(Integer.parseInt(host.sh("wc -l </root/got").stdout().strip())).isGreaterThan(50);
  }

  @Order(4)
  @Test
  void maintenanceOfAnAppClosesItsPaths() {
    succeed(0, host.sh("reconcile maintenance api on"));
    assertThat(status("/api/x")).isEqualTo("503");
    assertThat(status("/healthz")).isEqualTo("503");
    assertThat(get("/x")).isEqualTo("shop  /x -\n");
    succeed(0, host.sh("reconcile maintenance api off"));
    assertThat(status("/api/x")).isEqualTo("200");
    operator.assertConverged();
  }

  @Order(5)
  @Test
  void aPathGoesWithItsApp() {
    operator.converge(
        tree()
            .withoutApp("api")
            .withRaw("apps/shop.yaml", SHOP.replaceAll(".*healthz.*\n", ""))
            .withRaw(
                "apps/plain.yaml", PLAIN_APP.formatted("").replace("/plain/}", "/p, to: /p/}")));
    assertThat(get("/api/x")).isEqualTo("shop  /api/x -\n");
    assertThat(get("/p/x")).isEqualTo("plain  /p/x -\n");
    operator.converge(
        tree()
            .withoutApp("api")
            .withoutApp("plain")
            .withRaw("apps/shop.yaml", SHOP.replaceAll(".*healthz.*\n", "")));
    assertThat(host.sh("ls /etc/nginx/reconcile").stdout()).isEmpty();
    operator.assertConverged();
  }
}
