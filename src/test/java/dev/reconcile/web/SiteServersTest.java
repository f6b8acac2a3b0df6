// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reconcile.host.Facts;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Privileges;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.host.SelfSigned;
import dev.reconcile.model.Step.Probe;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps visitors of a site away, and what is asked of it, by nginx's files. */
final class SiteServersTest {
  private static final Probe PROBE =
      new Probe(
          "gunicorn@p1.service",
          "",
          "unix:/run/p1_gunicorn.sock",
          "/",
          "p1.example",
          200,
          399,
          Duration.ofSeconds(1));

  @TempDir Path root;

  private VisitorCheck visit = VisitorCheck.of("p1", PROBE);

  @BeforeEach
  void makeCertificates() throws IOException {
    Instant now = Instant.now();
    pem("p1", now.minusSeconds(60), List.of("p1.example", "www.p1.example"));
    pem("p2", now.minusSeconds(60), List.of("p2.example"));
    pem("star", now.minusSeconds(60), List.of("*.example"));
    pem("old", now.minus(Duration.ofDays(10)), List.of("p1.example"));
    pem("future", now.plus(Duration.ofDays(1)), List.of("p1.example"));
  }

  private void pem(String name, Instant from, List<String> names) throws IOException {
    write("/etc/ssl/" + name + ".pem", SelfSigned.of(names, from, Duration.ofDays(5)));
    if (name.equals("p2")) {
      write("/etc/reconcile/tls/p1/p2.pem", SelfSigned.of(names, from, Duration.ofDays(5)));
    }
  }

  private void write(String path, SelfSigned made) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, made.certificate().text());
  }

  private Optional<SiteFailure> beside(String site, String more) throws Exception {
    Path file = root.resolve("etc/nginx/sites-available/p1");
    Files.createDirectories(file.getParent());
    Files.writeString(file, site);
    Files.createDirectories(root.resolve("etc/nginx/sites-enabled"));
    Files.writeString(
        root.resolve("etc/nginx/nginx.conf"),
        "http { " + more + " include /etc/nginx/sites-available/p1; }\n");
    Facts facts = new LocalHost(root, new ProcessRunner(), "test", List.of()).facts();
    ResolvedConfig configuration = NginxCommand.of(facts).read(facts);
    Servers servers = Servers.of(configuration);
    List<Server> own = servers.of(one -> one.endsWith("sites-available/p1"));
    assertThat(own).isNotEmpty();
    return new BesideFaults(facts, visit, configuration, servers, own)
        .first(address -> !address.startsWith("203."));
  }

  private static String tls(String names, String path) {
    return "server { listen 443 ssl; server_name "
        + names
        + "; ssl_certificate "
        + path
        + "; location / { proxy_pass http://unix:/run/p1_gunicorn.sock; } }";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "p1.example | /etc/ssl/p1.pem | -",
        "P1.Example www.p1.example | /etc/ssl/p1.pem | -",
        "p1.example _ ~^x 10.0.0.1 localhost | /etc/ssl/p1.pem | -",
        "p1.example | /etc/ssl/star.pem | -",
        "*.example | /etc/ssl/star.pem | -",
        "p1.example | /etc/reconcile/tls/p1/p2.pem | -",
        "p1.example | /etc/ssl/missing.pem | -",
        "p1.example | /etc/ssl/p2.pem | is not for p1.example, but for p2.example",
        "p1.example api.p1.example | /etc/ssl/p1.pem | is not for api.p1.example",
        "a.p1.example | /etc/ssl/star.pem | is not for a.p1.example",
        "*.p1.example | /etc/ssl/p1.pem | is not for *.p1.example",
        ".p1.example | /etc/ssl/p1.pem | is not for .p1.example",
        "p1.example | /etc/ssl/old.pem | has expired",
        "p1.example | /etc/ssl/future.pem | is not valid before"
      })
  void certificates(String names, String path, String fault) throws Exception {
    Optional<SiteFailure> found = beside(tls(names, path), "");
    if (fault == null) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found.orElseThrow().kind()).isEqualTo(SiteFailure.Kind.WRONG_CERTIFICATE);
      assertThat(found.get().detail()).contains(path + " of the site of p1 " + fault);
    }
  }

  @Test
  void plainSiteAndOneThatWaitsForItsCertificateHaveNone() throws Exception {
    assertThat(beside(tls("p1.example", "/etc/ssl/p2.pem").replace("443 ssl", "80"), "")).isEmpty();
    visit = visit.ordering("/etc/letsencrypt/live/p1/fullchain.pem");
    assertThat(beside(tls("p1.example", "/etc/ssl/p2.pem"), "")).isEmpty();
    visit = visit.ordering("/etc/ssl/p2.pem");
    assertThat(beside(tls("p1.example", "/etc/ssl/p2.pem"), "")).isPresent();
    // a name that the run orders next
    assertThat(beside(tls("p1.example p2.example", "/etc/ssl/p2.pem"), "")).isEmpty();
    visit = visit.ordering("/etc/ssl/old.pem");
    assertThat(beside(tls("p1.example", "/etc/ssl/old.pem"), "")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server { listen 192.0.2.10:80; server_name foo.example; return 200 otherip; }",
        "server { listen 192.0.2.10:80 default_server; return 444; }"
      })
  void serverOnOneAddressTakesTheNameThere(String other) throws Exception {
    String site = "server { listen 80; server_name p1.example; return 200; }";
    SiteFailure found = beside(site, other).orElseThrow();
    assertThat(found.kind()).isEqualTo(SiteFailure.Kind.OTHER_ADDRESS);
    assertThat(found.isOfHost()).isTrue();
    assertThat(found.detail()).contains("p1.example", "192.0.2.10:80", "/etc/nginx/nginx.conf:1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server { listen 80; server_name foo.example; return 200; }",
        "server { listen 192.0.2.10:8080; server_name foo.example; return 200; }",
        "server { listen 203.0.113.1:80; server_name foo.example; return 200; }",
        "server { listen [2001:db8::1]:80; server_name foo.example; return 200; }"
      })
  void otherServersTakeNothing(String other) throws Exception {
    assertThat(beside("server { listen 80; server_name p1.example; return 200; }", other))
        .isEmpty();
  }

  @Test
  void siteOfAnotherAppForOneAddressIsMeantToBeSo() throws Exception {
    Path other = root.resolve("etc/nginx/sites-available/lan");
    Files.createDirectories(other.getParent());
    Files.writeString(
        other, "server { listen 192.0.2.10:80; server_name lan.example; return 200; }");
    String site = "server { listen 80; server_name p1.example; return 200; }";
    String include = "include /etc/nginx/sites-available/lan;";
    assertThat(beside(site, include)).as("made by hand").isPresent();
    Files.createDirectories(root.resolve("etc/gunicorn"));
    Files.writeString(root.resolve("etc/gunicorn/lan.env"), "");
    assertThat(beside(site, include)).isEmpty();
  }

  @Test
  void siteThatListensThereItselfIsNotLeftOut() throws Exception {
    String site = "server { listen 80; listen 192.0.2.10:80; server_name p1.example; return 200; }";
    String other = "server { listen 192.0.2.10:80; server_name foo.example; return 200; }";
    assertThat(beside(site, other)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "location / { proxy_pass http://unix:/run/p1_gunicorn.sock; } | / | true",
        "location / { proxy_pass http://unix:/var/run/p1_gunicorn.sock:/; } | / | true",
        "location / { proxy_pass http://one/; } | / | true",
        "location / { proxy_pass http://$x; } location /api/ { proxy_pass http://one; } | / | true",
        "location / { proxy_pass http://h:3; } location /api/ { proxy_pass http://one; } | /api/ | true",
        "location / { root /srv/spa; } location /api { proxy_pass http://one; } | /api | true",
        "location = / { return 200; } location / { proxy_pass http://one; } | / | false",
        "location = / { return 200; } location /a { proxy_pass http://one; } | /a | true",
        "location / { try_files $uri @app; } location @app { proxy_pass http://one; } | / | true",
        "location / { root /srv; } location ~ ^/api { proxy_pass http://one; } | / | false",
        "location / { root /srv; } location /a { internal; proxy_pass http://one; } | / | false",
        "location / { proxy_pass http://unix:/run/p1.sock; } | / | true",
        "return 301 https://x; | / | true"
      })
  void asksWhereTheAppAnswers(String locations, String path, boolean isJudged) throws Exception {
    Path file = root.resolve("etc/nginx/nginx.conf");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "http { upstream one { server unix:/run/p1_gunicorn.sock fail_timeout=0; } server { "
            + locations
            + " } }");
    Facts facts = new LocalHost(root, new ProcessRunner(), "test", List.of()).facts();
    ResolvedConfig configuration = NginxCommand.of(facts).read(facts);
    Server server = Servers.of(configuration).all().getFirst();
    assertThat(AppRoute.of(server, configuration, "/", PROBE.address()))
        .isEqualTo(new AppRoute(path, isJudged));
  }

  @Test
  void oneFileThatIsServedIsReadAndNotPassed() throws Exception {
    Path icon = root.resolve("var/www/fav.ico");
    Files.createDirectories(icon.getParent());
    Files.writeString(icon, "icon");
    Files.setPosixFilePermissions(icon, PosixFilePermissions.fromString("rw-r--r--"));
    Path file = root.resolve("etc/nginx/nginx.conf");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "user nobody; http { server { location = /favicon.ico { alias /var/www/fav.ico; } } }");
    Facts facts = new LocalHost(root, new ProcessRunner(), "test", List.of()).facts();
    List<Server> servers = Servers.of(NginxCommand.of(facts).read(facts)).all();
    assertThat(UnreadableDirectory.of(facts, "p1", servers)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "auth_basic x; auth_basic_user_file none; | -- | /etc/nginx/none, 403, missing",
        "auth_basic x; auth_basic_user_file shut; | -- | may not read it, 500, chmod g+r",
        "auth_basic x; auth_basic_user_file open; | -- | -",
        "auth_basic x; auth_basic_user_file closed/open; | -- | traverse, 500, chmod o+x",
        "auth_basic off; auth_basic_user_file none; | -- | -",
        "auth_basic_user_file none; | -- | -",
        "auth_basic x; auth_basic_user_file /etc/$host; | -- | -",
        "auth_basic x; auth_basic_user_file none; | auth_basic off; | -",
        "- | auth_basic x; auth_basic_user_file none; | /etc/nginx/none",
        "- | limit_except GET { auth_basic x; auth_basic_user_file none; } | /etc/nginx/none",
        "auth_basic_user_file none; | auth_basic x; | /etc/nginx/none",
        "auth_basic x; auth_basic_user_file none; return 301 /; | -- | -",
        "error_page 502 /5.html; location = /5.html { root /var; } | -- | /var/5.html, 404",
        "error_page 502 /5.html; root /etc/; location = /5.html { internal; } | -- | /etc/5.html",
        "error_page 502 /5.html; location = /5.html { alias /etc/nginx/open; } | -- | -",
        "error_page 502 /5.html; location = /5.html { alias /etc/nginx/shut; } | -- | 403",
        "error_page 502 /5.html; location = /5.html { root /var; return 200 x; } | -- | -",
        "error_page 502 /5.html; location / { root /var; } | -- | -",
        "error_page 502 @x; location @x { root /var; } | -- | -"
      })
  void fileThatIsOpenedForARequest(String server, String location, String fault) throws Exception {
    assumeTrue(Privileges.isRoot()); // only root can test the access of another user
    for (String name : List.of("open", "shut", "closed/open")) {
      Path made = root.resolve("etc/nginx/" + name);
      Files.createDirectories(made.getParent());
      Files.writeString(made, "a:b");
      Files.setPosixFilePermissions(
          made, PosixFilePermissions.fromString(name.equals("shut") ? "---------" : "rw-r--r--"));
    }
    Files.setPosixFilePermissions(
        root.resolve("etc/nginx/closed"), PosixFilePermissions.fromString("---------"));
    Files.writeString(
        root.resolve("etc/nginx/nginx.conf"),
        "user 65534; http { server { %s location / { %s proxy_pass http://x; } } }"
            .formatted(server == null ? "" : server, location.equals("--") ? "" : location));
    Facts facts = new LocalHost(root, new ProcessRunner(), "test", List.of()).facts();
    ResolvedConfig configuration = NginxCommand.of(facts).read(facts);
    List<UnreadableFile> found =
        UnreadableFile.of(
            facts,
            UnreadableFile.Planned.NOTHING,
            "p1",
            configuration,
            Servers.of(configuration).all());
    if (fault == null) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found).hasSize(1);
      assertThat(found.getFirst().detail() + found.getFirst().command())
          .contains(fault.split(", "));
      assertThat(found.getFirst().namedIn()).isEqualTo("/etc/nginx/nginx.conf");
    }
  }
}
