// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The keys of a site have the effect on a visitor that the manual promises. */
class SiteKeysIT {
  private static final String CODE =
      """
      import time


      def application(environ, start_response):
          path = environ["PATH_INFO"]
          status = {"/missing": "404 Not Found", "/down": "502 Oh"}.get(path, "200 OK")
          if path == "/slow":
              time.sleep(2)
          headers = [("Content-Type", "text/plain"), ("X-Frame-Options", "ALLOW"), ("X-Powered-By", "me")]
          if path == "/drip":
              start_response(status, headers + [("Content-Length", "8")])
              yield b"one\\n"
              time.sleep(3)
              yield b"two\\n"
              return
          start_response(status, headers)
          asked = sorted(key + ": " + value for key, value in environ.items() if key.startswith("HTTP_"))
          yield ("app " + path + "\\n" + "\\n".join(asked) + "\\n" + "-" * 2000).encode()
      """;

  /** The word "secret". */
  private static final String PASSWORDS = "ann:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n";

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    operator.converge(tree());
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree() {
    DesiredTree tree =
        DesiredTree.bare()
            .with("src/echo/main.py", CODE)
            .with("src/echo/static/a.css", "css\n")
            .with("src/echo/errors/404.html", "our 404\n")
            .with("src/echo/errors/down.html", "our down\n")
            .with(
                "reconcile.yaml",
                """
                version: 1
                files:
                  /etc/nginx/shut.htpasswd: {content: "%s", group: www-data, mode: "0640"}
                """
                    .formatted(PASSWORDS.replace("\n", "\\n")));
    tree =
        with(
            tree,
            "open",
            """
            timeout: 1s
            gzip: true
            headers: {X-Frame-Options: DENY, X-Powered-By: "", X-Asked: "$host \\"a\\" \\\\"}
            error_pages: {404: errors/404.html, "502 504": errors/down.html}
            static: {/static/: {path: static/, cache: 1h}}
            """);
    tree = with(tree, "quick", "buffering: false\nrate_limit: {rate: 1r/m, burst: 2}\n");
    tree =
        with(
            tree,
            "names",
            """
            server_name: [names.test, www.names.test, '~^n[0-9]{1,2}\\.names\\.test$']
            canonical: names.test
            tls: self-signed
            http2: false
            """);
    tree =
        with(
            tree,
            "behind",
            """
            server_name: [behind.test, www.behind.test]
            canonical: behind.test
            real_ip: {from: 127.0.0.9}
            allow: [192.0.2.0/24, 127.0.0.1]
            hsts: 1h
            """);
    return with(
        tree,
        "shut",
        """
        tls: self-signed
        hsts: {max_age: 1h, subdomains: true}
        http2: false
        auth: {file: /etc/nginx/shut.htpasswd, realm: Staff only}
        allow: [127.0.0.2, 127.0.0.3]
        deny: 127.0.0.3
        satisfy: any
        error_pages: {"401 403": errors/404.html}
        """);
  }

  private static DesiredTree with(DesiredTree tree, String app, String site) {
    return tree.with(
        "apps/" + app + ".yaml",
        "source: {folder: src/echo}\ngunicorn: {app: main, workers: 3}\nsite:\n"
            + (site.startsWith("server_name") ? "" : "  server_name: " + app + ".test\n")
            + site.indent(2));
  }

  /** The head and the body of an answer, whatever the status. */
  private static String get(String app, String path, String... options) {
    String url = (app.equals("shut") ? "https://" : "http://") + app + ".test" + path;
    return curl(url, options);
  }

  private static String curl(String url, String... options) {
    String[] argv =
        Stream.of(
                List.of("curl", "-sik", "-m", "20", "--connect-to", "::127.0.0.1:"),
                List.of(options),
                List.of(url))
            .flatMap(List::stream)
            .toArray(String[]::new);
    return host.run(argv);
  }

  private static List<String> header(String answer, String name) {
    return Pattern.compile("(?im)^" + name + ": (.*?)\\r?$")
        .matcher(answer)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void headersReplaceThoseOfTheApp() {
    for (String path : List.of("/", "/missing", "/static/a.css", "/static/none")) {
      String answer = get("open", path);
      assertThat(header(answer, "X-Frame-Options")).as(path).containsExactly("DENY");
      assertThat(header(answer, "X-Asked")).as(path).containsExactly("open.test \"a\" \\");
      assertThat(header(answer, "X-Powered-By")).as(path).isEmpty();
    }
    assertThat(header(get("quick", "/static/"), "X-Frame-Options")).containsExactly("ALLOW");
  }

  @Test
  void errorsOfNginxHaveThePagesAndThoseOfTheAppPass() {
    assertThat(get("open", "/static/none")).startsWith("HTTP/1.1 404").endsWith("our 404\n");
    assertThat(get("open", "/slow")).startsWith("HTTP/1.1 504").endsWith("our down\n");
    assertThat(get("open", "/slow", "-d", "a=b")).startsWith("HTTP/1.1 504").endsWith("our down\n");
    assertThat(get("open", "/missing")).startsWith("HTTP/1.1 404").contains("app /missing");
    assertThat(get("open", "/down")).startsWith("HTTP/1.1 502").contains("app /down");
    String page =
        host.run(
            "sh",
            "-c",
            "grep -o '/reconcile-error.*/404.html' /etc/nginx/sites-enabled/open | head -1");
    assertThat(get("open", page.strip())).startsWith("HTTP/1.1 404");
  }

  @Test
  void textsAreCompressedAndFilesAreKept() {
    String[] accept = {"-H", "Accept-Encoding: gzip", "-o", "/dev/null", "-D", "-"};
    assertThat(header(get("open", "/", accept), "Content-Encoding")).containsExactly("gzip");
    assertThat(header(get("open", "/", accept), "Vary")).containsExactly("Accept-Encoding");
    assertThat(header(get("quick", "/static/", accept), "Content-Encoding")).isEmpty();
    String css = get("open", "/static/a.css");
    assertThat(header(css, "Cache-Control")).containsExactly("max-age=3600");
    assertThat(header(get("open", "/"), "Cache-Control")).isEmpty();
  }

  @Test
  void partsOfAnAnswerAreNotHeldBackAndRequestsAreCounted() {
    host.runScript("systemctl restart nginx"); // the count is in its memory
    Result drip =
        host.sh("timeout 1.5 curl -sN --connect-to ::127.0.0.1: http://quick.test/drip; true");
    assertThat(drip.stdout()).isEqualTo("one\n");
    Result kept =
        host.sh("timeout 0.9 curl -sN --connect-to ::127.0.0.1: http://open.test/drip; true");
    assertThat(kept.stdout()).isEmpty();
    assertThat(Stream.generate(() -> get("quick", "/")).limit(4))
        .extracting(answer -> answer.split(" ", 3)[1])
        .containsExactly("200", "200", "429", "429");
    assertThat(get("open", "/")).startsWith("HTTP/1.1 200");
  }

  @Test
  void aVisitorNeedsAnAddressOrAPassword() {
    String asked = get("shut", "/");
    assertThat(asked).startsWith("HTTP/1.1 401").endsWith("our 404\n");
    assertThat(header(asked, "WWW-Authenticate")).containsExactly("Basic realm=\"Staff only\"");
    assertThat(header(asked, "Strict-Transport-Security"))
        .containsExactly("max-age=3600; includeSubDomains");
    assertThat(get("shut", "/", "-u", "ann:wrong")).startsWith("HTTP/1.1 401");
    assertThat(get("shut", "/", "-u", "ann:secret")).startsWith("HTTP/1.1 200");
    assertThat(get("shut", "/", "--interface", "127.0.0.2")).startsWith("HTTP/1.1 200");
    assertThat(get("shut", "/", "--interface", "127.0.0.3")).startsWith("HTTP/1.1 401");
    assertThat(header(curl("http://shut.test/"), "Strict-Transport-Security")).isEmpty();
  }

  @Test
  void otherNamesRedirectToTheCanonicalOne() {
    assertThat(curl("https://names.test/")).startsWith("HTTP/1.1 200");
    for (String from :
        List.of("https://www.", "https://n7.", "http://www.", "http://", "http://n7.")) {
      String answer = curl(from + "names.test/a?b=c");
      assertThat(answer.split(" ", 3)[1]).as(from).isEqualTo("301");
      assertThat(header(answer, "Location")).as(from).containsExactly("https://names.test/a?b=c");
    }
    assertThat(curl("https://n777.names.test/")).doesNotContain("names.test/");
    assertThat(header(curl("http://www.behind.test/a"), "Location"))
        .containsExactly("http://behind.test/a");
    assertThat(
            header(
                curl(
                    "http://www.behind.test/a",
                    "--interface",
                    "127.0.0.9",
                    "-H",
                    "X-Forwarded-Proto: https"),
                "Location"))
        .containsExactly("https://behind.test/a");
  }

  @Test
  void onlyABalancerNamesTheVisitor() {
    String[] claims = {"-H", "X-Forwarded-For: 192.0.2.7", "-H", "X-Forwarded-Proto: https"};
    String[] fromBalancer =
        Stream.concat(Stream.of(claims), Stream.of("--interface", "127.0.0.9"))
            .toArray(String[]::new);
    assertThat(get("behind", "/", fromBalancer))
        .startsWith("HTTP/1.1 200")
        .contains("HTTP_X_REAL_IP: 192.0.2.7", "HTTP_X_FORWARDED_PROTO: https")
        .contains("Strict-Transport-Security: max-age=3600");
    assertThat(get("behind", "/", claims))
        .startsWith("HTTP/1.1 200")
        .contains("HTTP_X_REAL_IP: 127.0.0.1", "HTTP_X_FORWARDED_PROTO: http\n");
    assertThat(get("behind", "/", "--interface", "127.0.0.9", "-H", "X-Forwarded-For: 203.0.113.1"))
        .startsWith("HTTP/1.1 403");
  }

  @Test
  void aPlanNamesPasswordFilesThatLetNobodyIn() {
    host.write("/etc/nginx/plain.htpasswd", "ann:secret\n", "0600");
    operator.push(
        with(
            with(tree(), "open", "auth: /etc/nginx/none.htpasswd\n"),
            "quick",
            "auth: /etc/nginx/plain.htpasswd\n"));
    Result plan = operator.plan();
    String said = plan.stdout() + plan.stderr();
    assertThat(said)
        .contains("Missing password file", "apps/open.yaml line 5, column 9", "none.htpasswd")
        .contains("Password without hash", "apps/quick.yaml line 5, column 9", "none for ann")
        .contains("File not readable by nginx", "chgrp www-data /etc/nginx/plain.htpasswd")
        .doesNotContain("secret");
    operator.push(tree());
    succeed(0, operator.plan());
  }
}
