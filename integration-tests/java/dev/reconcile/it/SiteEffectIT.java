// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a site says is what a visitor gets. */
class SiteEffectIT {
  /** Answers with what it was asked; /cookie with a cookie of so many bytes as the query says. */
  private static final String ECHO =
      """
      def application(environ, start_response):
          headers = [("Content-Type", "text/plain")]
          if environ["PATH_INFO"] == "/cookie":
              headers.append(("Set-Cookie", "c=" + "x" * int(environ["QUERY_STRING"])))
          start_response("200 OK", headers)
          asked = sorted(key + ": " + value for key, value in environ.items() if key.startswith("HTTP_"))
          return [("app " + environ["PATH_INFO"] + "\\n" + "\\n".join(asked) + "\\n").encode()]
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

  @AfterEach
  void endConverged() {
    host.runScript("! test -e /root/nginx.conf || mv /root/nginx.conf /etc/nginx/nginx.conf");
    operator.converge(tree());
    operator.assertConverged();
  }

  private static DesiredTree tree() {
    return DesiredTree.of("quiet")
        .with("src/echo/main.py", ECHO)
        .with("src/echo/secret.txt", "secret\n")
        .with("src/echo/static/a.css", "css\n")
        .with("src/echo/static/favicon.ico", "icon\n")
        .with("src/echo/static/favicon.ico.bak", "secret\n")
        .with("src/echo/static_private/key", "secret\n");
  }

  private static DesiredTree echo(String site) {
    return tree()
        .with(
            "apps/echo.yaml",
            "source: {folder: src/echo}\ngunicorn: {app: main}\nsite:\n  server_name: echo.test\n"
                + site.indent(2));
  }

  /** All that an apply says, which has to end with this code. */
  private static String said(int code, DesiredTree tree) {
    operator.push(tree);
    Result result = succeed(code, operator.apply());
    return result.stdout() + result.stderr();
  }

  /** What is answered to a path as it is typed, whatever the status. */
  private static String get(String path, String... options) {
    List<String> argv =
        new java.util.ArrayList<>(
            List.of("curl", "-s", "--path-as-is", "-m", "20", "-H", "Host: echo.test"));
    argv.addAll(List.of(options));
    argv.add("http://localhost" + path);
    return host.run(argv.toArray(String[]::new));
  }

  @Test
  void aPrefixGivesItsFolderAndNothingBesideIt() {
    String folder = Layout.of("echo").directory() + "/static";
    boolean isComplete = Sampled.isComplete();
    List<String> prefixes = List.of("/static", "/static/", "/st%61tic", "//static//");
    for (String prefix : isComplete ? prefixes : prefixes.subList(0, 1)) {
      List<String> directories = List.of(folder, folder + "/");
      for (String directory : isComplete ? directories : directories.subList(0, 1)) {
        operator.converge(echo("static: {\"" + prefix + "\": " + directory + "}"));
        assertThat(get("/static/a.css")).as(prefix + " " + directory).isEqualTo("css\n");
        assertThat(get("/static")).startsWith("app /static\n");
        for (String path :
            List.of(
                "/static../secret.txt",
                "/static../main.py",
                "/static/../secret.txt",
                "/static/..%2fsecret.txt",
                "/static%2f..%2fsecret.txt",
                "/static/.%2e/secret.txt",
                "/static_private/key",
                "/static/_private/key")) {
          assertThat(get(path)).as(path).doesNotContain("secret\n", "def application");
        }
      }
    }
  }

  @Thorough
  @Test
  void aPrefixMayBeOfAFileOrHaveBlanks() {
    String folder = Layout.of("echo").directory() + "/static";
    operator.converge(
        echo("static: {/favicon.ico: %s/favicon.ico, /a%%20b/: %s}".formatted(folder, folder)));
    assertThat(get("/favicon.ico")).isEqualTo("icon\n");
    assertThat(get("/favicon.ico.bak")).startsWith("app /favicon.ico.bak\n");
    assertThat(get("/a%20b/a.css")).isEqualTo("css\n");
  }

  @Test
  void headersOfExtraReachTheAppOnce() {
    host.write(
        "/etc/nginx/snippets/request.conf", "proxy_set_header X-Request-Id $request_id;\n", "0644");
    operator.converge(
        echo(
            """
            extra: |
              proxy_set_header x-forwarded-proto $http_x_forwarded_proto;
              proxy_set_header Host shop.example;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection "upgrade";
              proxy_http_version 1.1;
              include snippets/request.conf;
            """));
    String answer =
        get("/", "-H", "X-Forwarded-Proto: https", "-H", "Upgrade: websocket", "-H", "X: y");
    assertThat(answer.lines())
        .contains(
            "HTTP_X_FORWARDED_PROTO: https",
            "HTTP_HOST: shop.example",
            "HTTP_UPGRADE: websocket",
            "HTTP_CONNECTION: upgrade",
            "HTTP_X_FORWARDED_FOR: 127.0.0.1",
            "HTTP_X_REAL_IP: 127.0.0.1",
            "HTTP_X: y")
        .anyMatch(line -> line.matches("HTTP_X_REQUEST_ID: [0-9a-f]{32}"));
  }

  @Thorough
  @Test
  void aLocationOfExtraWithoutTheHeadersIsTold() {
    DesiredTree tree =
        echo(
            """
            extra: |
              location /ws/ {
                proxy_pass http://unix:/run/echo_gunicorn.sock;
                proxy_http_version 1.1;
                proxy_set_header Upgrade $http_upgrade;
              }
            """);
    assertThat(said(0, tree))
        .contains("Location without headers", "on apps/echo.yaml line 6", "Host, X-Real-IP");
    assertThat(get("/ws/", "-H", "Upgrade: websocket"))
        .contains("HTTP_HOST: localhost", "HTTP_UPGRADE: websocket");
  }

  @Test
  void aLargeCookieHasRoom() {
    operator.converge(echo(""));
    assertThat(get("/cookie?12000", "-o", "/dev/null", "-w", "%{http_code}")).isEqualTo("502");
    for (String size : List.of("16k", "14k", "32k")) {
      operator.converge(echo("proxy_buffer_size: " + size));
      assertThat(get("/cookie?12000", "-o", "/dev/null", "-w", "%{http_code}")).isEqualTo("200");
    }
  }

  @Test
  void whatASiteDefinesInTheHttpBlockIsItsOwnAffair() {
    String site =
        """
        http: |
          map $http_x_kind $kind { default plain; ~^b bold; }
          limit_req_zone $binary_remote_addr zone=echo:1m rate=1r/m;
          upstream others { server unix:/run/quiet_gunicorn.sock; }
        extra: |
          proxy_set_header X-Kind $kind;
          location /limited { limit_req zone=echo; return 204; }
          location /others/ { proxy_pass http://others/; }
        """;
    operator.converge(echo(site));
    assertThat(get("/", "-H", "X-Kind: big")).contains("HTTP_X_KIND: bold");
    assertThat(get("/others/")).isEqualTo(DesiredTree.answer("quiet"));

    // a mistake in it is put down to the app, which stays as it is; a zone that goes is missed
    DesiredTree wrong =
        echo(site.replace("rate=1r/m", "rate=fast")).plain("quiet", "env: {GREETING: goodbye}\n");
    assertThat(said(3, wrong))
        .contains("invalid rate \"rate=fast\" in /etc/nginx/conf.d/reconcile-http-echo.conf:3")
        .contains("echo stays as it is");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "goodbye"));
    assertThat(get("/", "-H", "X-Kind: big")).contains("HTTP_X_KIND: bold");
    assertThat(said(3, echo(site.replaceAll(".*zone=echo:1m.*\n", ""))))
        .contains("zero size shared memory zone \"echo\"")
        .contains("Define the zone under site.http");

    // all of it goes in one run, and other apps do not notice
    operator.converge(echo(""));
    assertThat(host.sh("ls /etc/nginx/conf.d").stdout()).doesNotContain("reconcile-http");
  }

  @Test
  void namesHaveRoomHoweverLongOrMany() {
    String file = "/etc/nginx/conf.d/reconcile-name-hash.conf";
    Random random = new Random(42);
    boolean isComplete = Sampled.isComplete();
    List<Integer> lengths = List.of(45, 46, 47, 63, 110, 111, 200);
    for (int length : isComplete ? lengths : lengths.subList(1, 3)) {
      String name = letters(random, length - 12) + ".shop.example";
      String dotted = name.replaceAll("(.{60})(?=.)", "$1.").substring(0, length);
      operator.converge(tree().plain("shop", "").with("apps/shop.yaml", named(List.of(dotted))));
      assertThat(host.sh("nginx -t").stderr()).as("" + length).doesNotContain("hash");
      assertThat(host.run("curl", "-sS", "-H", "Host: " + dotted, "http://localhost/"))
          .isEqualTo(DesiredTree.ANSWER);
      assertThat(host.sh("test -e " + file).ok()).as("" + length).isEqualTo(length > 46);
    }
    List<Integer> counts = List.of(10, 40, 80, 160, 400);
    for (int count : isComplete ? counts : counts.subList(4, 5)) {
      List<String> names =
          IntStream.range(0, count)
              .mapToObj(i -> (i % 5 == 0 ? "*." : "") + letters(random, 5 + i % 17) + ".example")
              .distinct()
              .toList();
      operator.converge(tree().with("apps/shop.yaml", named(names)));
      assertThat(host.sh("nginx -t").stderr()).as("" + count).doesNotContain("hash");
    }
    assertThat(host.sh("test -e " + file).ok()).isTrue();
    operator.converge(tree());
    assertThat(host.sh("test -e " + file).ok()).isFalse();
  }

  @Thorough
  @Test
  void whoSetsTheRoomForNamesIsRespectedAndNamed() {
    String conf = "/etc/nginx/nginx.conf";
    String directive = "server_names_hash_bucket_size 64;";
    host.runScript(
        "cp %s /root/nginx.conf; sed -i 's/# %s/%s/' %s"
            .formatted(conf, directive, directive, conf));
    String name = letters(new Random(1), 50) + ".example";
    DesiredTree tree =
        tree()
            .plain("quiet", "env: {GREETING: good}\n")
            .with("apps/shop.yaml", named(List.of(name)));
    assertThat(said(3, tree))
        .contains("could not build server_names_hash")
        .contains(conf + " sets server_names_hash_bucket_size. Change it to 128 there.");
    assertThat(operator.page("quiet")).isEqualTo(DesiredTree.answer("quiet", "good"));
    host.runScript(
        "sed -i 's/%s/%s/' %s".formatted(directive, directive.replace("64", "128"), conf));
    succeed(0, operator.apply("--only", "shop"));
    succeed(0, operator.apply());
    assertThat(host.run("curl", "-sS", "-H", "Host: " + name, "http://localhost/"))
        .isEqualTo(DesiredTree.ANSWER);
  }

  @Thorough
  @Test
  void aTableThatLacksRoomIsTold() {
    host.write(
        "/etc/nginx/conf.d/small.conf",
        "types_hash_bucket_size 64;\nvariables_hash_max_size 64;\n",
        "0644");
    assertThat(said(0, echo("extra: \"add_header X-A b;\"")))
        .contains("nginx hash table too small", "could not build optimal variables_hash")
        .contains("variables_hash_bucket_size");
    host.run("rm", "/etc/nginx/conf.d/small.conf");
  }

  private static String letters(Random random, int count) {
    return random
        .ints(count, 'a', 'z' + 1)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  private static String named(List<String> names) {
    String all = names.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(", "));
    return "source: {folder: src/plain}\nsite:\n  server_name: [" + all + "]\n";
  }
}
