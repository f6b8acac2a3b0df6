// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Answers that sites give by their own rules, and apps that answer in their own way: each is
 * deployed, changed, and never taken for a fault of the way to it.
 */
@Thorough
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SiteRulesIT {
  /** 500 for all but /ok and the paths that say what they give. */
  private static final String CODE =
      """
      import os
      import time

      began = []


      def app(environ, start_response):
          path = environ["PATH_INFO"]
          if os.environ.get("SLOW") and not began:
              time.sleep(float(os.environ["SLOW"]))
          began.append(1)
          status = "200 OK"
          if path == "/" and os.environ.get("ROOT"):
              status = os.environ["ROOT"]
          if os.environ.get("SOCKETS") and environ.get("HTTP_UPGRADE", "") != "websocket":
              status = "400 Bad Request"
          start_response(status, [("Content-Type", "text/plain")])
          return [b"hello\\n"]
      """;

  private static final String PROXY =
      "location / { proxy_set_header Host $host; proxy_pass {{upstream}}; } }\n";

  private static final Map<String, String> TEMPLATES = new TreeMap<>();
  private static final Map<String, String> APPS = new TreeMap<>();

  private static void app(String name, String yaml) {
    APPS.put(name, "source: {folder: src/own}\n" + yaml);
  }

  private static void extra(String name, String line) {
    app(name, "site:\n  server_name: %s.test\n  extra: |\n    %s\n".formatted(name, line));
  }

  private static void template(String name, String text) {
    TEMPLATES.put(name + ".conf", text + PROXY);
    app(name, "site: {server_name: %1$s.test, template: %1$s.conf}\n".formatted(name));
  }

  static {
    extra("authorized", "auth_basic staff; auth_basic_user_file /etc/nginx/htpasswd;");
    extra("denied", "deny all;");
    extra("notallowed", "return 405;");
    extra("limited", "limit_req zone=few;");
    extra("toomany", "limit_req zone=many; limit_req_status 429;");
    extra("delayed", "limit_req zone=slow burst=20;");
    extra("closed", "return 444;");
    extra("away", "return 302 https://elsewhere.example/;");
    extra("moved", "if ($http_upgrade = '') { return 301 https://$host$request_uri; }");
    extra("maintained", "if ($uri = /) { return 503; }");
    extra(
        "masked", "error_page 404 =503 /sorry; location = / { return 404; } location = /sorry { }");
    app("posted", "site: {server_name: posted.test, methods: [POST]}\n");
    app("secure", "site: {server_name: [secure.test, www.secure.test], tls: self-signed}\n");
    app("only", "site: {server_name: only.test, tls: self-signed, redirect_http: false}\n");
    app(
        "known",
        """
        site:
          server_name: known.test
          tls: self-signed
          extra: |
            ssl_client_certificate /etc/nginx/ca.pem;
            ssl_verify_client on;
        """);
    app(
        "old",
        """
        site:
          server_name: old.test
          tls: self-signed
          extra: |
            ssl_ciphers ECDHE-ECDSA-CAMELLIA256-SHA384;
            ssl_protocols TLSv1.2;
        """);
    app("several", "site: {server_name: [several.test, Www.Several.test, \"*.several.test\"]}\n");
    app("wild", "site: {server_name: \"*.wild.test\"}\n");
    app("tail", "site: {server_name: \"tail.*\"}\n");
    app("rootless", "env: {ROOT: 500 Oops}\nhealth: {path: /ok}\nsite: {server_name: r.test}\n");
    app("missing", "env: {ROOT: 404 No}\nhealth: {path: /ok}\nsite: {server_name: m.test}\n");
    app(
        "resting",
        "env: {ROOT: 503 Later}\nhealth: {status: 503}\nsite: {server_name: resting.test}\n");
    app(
        "sockets",
        "env: {SOCKETS: \"1\"}\nhealth: {status: 400}\nsite: {server_name: sockets.test}\n");
    app("sluggish", "env: {SLOW: \"4\"}\nsite: {server_name: sluggish.test}\n");
    app("ported", "gunicorn: {bind: port}\nsite: {server_name: ported.test}\n");
    app("hidden", "site: false\n");
    template(
        "expression", "server { listen 80; server_name ~^(?<sub_name>.+)\\.expression\\.test$; ");
    template(
        "proxied", "server { listen 127.0.0.1:8081 proxy_protocol; server_name {{server_names}}; ");
    template("lan", "server { listen 10.99.0.1:80; server_name {{server_names}}; ");
    template("inner", "server { listen 127.0.0.1:8088; server_name {{server_names}}; ");
    template("outer", "server { listen 8088; server_name {{server_names}}; ");
    template("six", "server { listen [::1]:8086; server_name {{server_names}}; ");
    template("anysix", "server { listen [::]:8087; server_name {{server_names}}; ");
    template("local", "server { listen unix:/run/local-site.sock; server_name {{server_names}}; ");
    template("fallback", "server { listen 8089 default_server; server_name _; ");
    template("nameless", "server { listen 8090; ");
    template(
        "front",
        "server { listen 80; server_name {{server_names}}; location = / { return 200 front; } ");
    template(
        "both",
        "server { listen 80; listen 8443 ssl; server_name {{server_names}};"
            + " ssl_certificate /etc/nginx/both.pem; ssl_certificate_key /etc/nginx/both.key; ");
    template(
        "under",
        "server { listen 8444 ssl; server_name under_score.test;"
            + " ssl_certificate /etc/nginx/both.pem; ssl_certificate_key /etc/nginx/both.key; ");
    template(
        "included",
        "include /etc/nginx/snippets/nothing*.conf;"
            + " server { include /etc/nginx/snippets/listen80.conf; server_name {{server_names}}; ");
  }

  private static final String PREPARE =
      """
      ip addr add 10.99.0.1/32 dev lo
      echo 'staff:{PLAIN}x' >/etc/nginx/htpasswd
      cd /etc/nginx
      for one in ca both; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=$one -addext 'subjectAltName=DNS:*.test' \\
          -keyout $one.key -out $one.pem
      done
      echo 'listen 80;' >snippets/listen80.conf
      cat >conf.d/zones.conf <<'end'
      limit_req_zone $server_name zone=few:1m rate=1r/m;
      limit_req_zone $server_name zone=many:1m rate=1r/m;
      limit_req_zone $server_name zone=slow:1m rate=1r/s;
      end
      systemctl reload nginx
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript(PREPARE);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree(String more) {
    DesiredTree tree =
        DesiredTree.bare().with("src/own/main.py", CODE).with("reconcile.yaml", "version: 1\n");
    for (Map.Entry<String, String> one : TEMPLATES.entrySet()) {
      tree = tree.with("templates/" + one.getKey(), one.getValue());
    }
    for (Map.Entry<String, String> one : APPS.entrySet()) {
      String yaml = one.getValue();
      yaml =
          yaml.contains("env: {")
              ? yaml.replace("env: {", "env: {MORE: \"" + more + "\", ")
              : yaml + "env: {MORE: \"" + more + "\"}\n";
      tree = tree.with("apps/" + one.getKey() + ".yaml", yaml);
    }
    return tree;
  }

  private static void assertAllIsWell() {
    Result status = new Result(1, "", "");
    for (int i = 0; i < 50 && !status.ok(); i++) {
      status = host.exec("reconcile", "status"); // workers come up one after the other
    }
    assertThat(status.stdout()).endsWith("\nHealthy\n").doesNotContain("!");
    assertThat(host.exec("reconcile", "doctor", "--json").stdout())
        .doesNotContain("isitors", "certificate", "nginx");
  }

  @Test
  @Order(1)
  void firstDeploy() {
    operator.push(tree("first"));
    Result result = host.exec(Duration.ofMinutes(12), "reconcile", "--repo", operator.repo());
    Operator.succeed(0, result);
    assertThat(result.stdout() + result.stderr())
        .contains(" 0 failed, 0 skipped")
        .doesNotContain("isitors", "Error:");
    assertAllIsWell();
    assertThat(host.read("/var/lib/reconcile/state.json")).doesNotContain("unreached");
  }

  @Test
  @Order(2)
  void theRulesAnswerAsMeant() {
    Map<String, String> wanted =
        Map.of(
            "authorized", "401",
            "denied", "403",
            "notallowed", "405",
            "closed", "000",
            "away", "302",
            "posted", "000",
            "secure", "301",
            "maintained", "503");
    wanted.forEach((app, status) ->
        assertThat(
                host.exec(
                        "curl",
                        "-so",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "-H",
                        "Host: " + app + ".test",
                        "http://localhost/")
                    .stdout())
            .describedAs(app)
            .isEqualTo(status));
    assertThat(operator.status("limited")).isEqualTo("503");
    assertThat(operator.status("toomany")).isEqualTo("429");
    String json = host.run("reconcile", "status", "--json").replaceAll("\\s+", " ");
    for (String app : List.of("expression", "hidden")) {
      assertThat(json)
          .containsPattern(
              "\"name\" : \"%s\".{1,900}?\"visitor\" : \\{ \"state\" : \"unknown\"".formatted(app));
    }
    for (String app :
        List.of(
            "proxied",
            "lan",
            "inner",
            "outer",
            "six",
            "anysix",
            "local",
            "fallback",
            "nameless",
            "wild",
            "tail",
            "both",
            "under",
            "included",
            "several",
            "sluggish")) {
      assertThat(json)
          .containsPattern(
              "\"name\" : \"%s\".{1,900}?\"visitor\" : \\{ \"state\" : \"served\", \"url\" : \"[^\"]+\", \"status\" : 200"
                  .formatted(app));
    }
  }

  @Test
  @Order(3)
  void everyAppIsChanged() {
    operator.push(tree("second"));
    Result result = host.exec(Duration.ofMinutes(12), "reconcile", "--repo", operator.repo());
    Operator.succeed(0, result);
    assertThat(result.stdout() + result.stderr())
        .contains(" 0 failed, 0 skipped")
        .doesNotContain("isitors", "Error:");
    assertAllIsWell();
    operator.assertConverged();
  }
}
