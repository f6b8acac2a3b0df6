// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Step.Probe;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which answers are failures. */
final class AnswerClassifierTest {
  /** The time as nginx writes it into its log. */
  private static final String NOW = time(Duration.ZERO);

  private static final String OLD = time(Duration.ofMinutes(10));

  private static final Probe PROBE =
      new Probe(
          "gunicorn@shop.service",
          "",
          "unix:/run/shop_gunicorn.sock",
          "/",
          "shop.example",
          200,
          399,
          Duration.ofSeconds(1));

  @TempDir Path root;

  private VisitorResult answerOf(String site, ProbeRequest.Answer answer, Set<String> certificates)
      throws IOException, HostException {
    Files.createDirectories(root.resolve("etc/nginx"));
    Files.writeString(
        root.resolve("etc/nginx/nginx.conf"),
        "http { map $a $b { return 502; }\nserver { server_name shop.example; " + site + " } }\n");
    Facts facts = new LocalHost(root, new ProcessRunner(), "test", List.of()).facts();
    NginxCommand command = NginxCommand.of(facts);
    ResolvedConfig configuration = command.read(facts);
    Server server = Servers.of(configuration).all().getFirst();
    Server.Listen listen = server.listens().getFirst();
    ProbeRequest ask =
        new ProbeRequest(
            server,
            listen.endpoint(),
            "127.0.0.1:80",
            listen,
            "shop.example",
            false,
            certificates,
            PROBE,
            AppRoute.of(server, configuration, PROBE.path(), PROBE.address()));
    return new AnswerClassifier(facts, Optional.empty(), command, configuration)
        .classify(VisitorCheck.of("shop", PROBE), List.of(new AnswerClassifier.Asked(ask, answer)));
  }

  private static ProbeRequest.Answer answer(int status, Optional<Integer> own) {
    String words = status == 0 ? "the connection is closed without an answer" : "";
    return new ProbeRequest.Answer(status, 3, "", false, words, own, false);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // status, what the app itself answers, the site, what follows
        "502 | 200 | location / { proxy_pass http://x; } | BLOCKED",
        "504 | 200 | location / { proxy_pass http://x; } | BLOCKED",
        "503 | 200 | location / { proxy_pass http://x; } | BLOCKED",
        "502 | 404 | location / { proxy_pass http://x; } | BLOCKED",
        "502 | 500 | location / { auth_request /a; proxy_pass http://x; } | BLOCKED",
        "503 | 200 | error_page 502 =503 /sorry; | BLOCKED",
        "502 | 200 | error_page 502 /sorry; limit_req zone=a; | BLOCKED",
        // a page of another program's says nothing of the app
        "502 | 200 | location / { proxy_pass http://127.0.0.1:3000; } location ~ ^/api { proxy_pass"
            + " http://unix:/run/shop_gunicorn.sock; } | SERVED",
        "502 | 200 | location / { proxy_pass http://127.0.0.1:3000; } location /api/ { proxy_pass"
            + " http://unix:/run/shop_gunicorn.sock:/; } | BLOCKED",
        "502 | 502 | location / { proxy_pass http://x; } | SERVED",
        "503 | 503 | location / { proxy_pass http://x; } | SERVED",
        "504 | 504 | location / { proxy_pass http://x; } | SERVED",
        "503 | 200 | limit_req zone=a; | SERVED",
        "503 | 200 | location / { limit_conn a 1; } | SERVED",
        "502 | 200 | limit_req zone=a; limit_req_status 502; | SERVED",
        "503 | 200 | if ($x) { return 503; } | SERVED",
        "503 | 200 | error_page 403 =503 /sorry; deny all; | SERVED",
        "503 | 200 | try_files /down.html =503; | SERVED",
        "503 | 200 | location / { js_content main.f; } | SERVED",
        "502 | 200 | access_by_lua_block { ngx.exit(502) } | SERVED",
        "502 | 0 | location / { proxy_pass http://x; } | UNKNOWN",
        "500 | | location / { proxy_pass http://x; } | SERVED",
        "401 | | auth_basic x; | SERVED",
        "0 | | return 444; | SERVED",
        "301 | | return 301 https://x; | SERVED",
      })
  void statuses(int status, Integer own, String site, VisitorResult.State state)
      throws IOException, HostException {
    VisitorResult result = answerOf(site, answer(status, Optional.ofNullable(own)), Set.of());
    assertThat(result.state()).isEqualTo(state);
    assertThat(result.failure().isPresent()).isEqualTo(state == VisitorResult.State.BLOCKED);
  }

  @Test
  void certificates() throws IOException, HostException {
    ProbeRequest.Answer shown =
        new ProbeRequest.Answer(200, 3, "new", false, "", Optional.empty(), false);
    assertThat(answerOf("", shown, Set.of("old", "new")).isBlocked()).isFalse();
    assertThat(answerOf("", shown, Set.of()).isBlocked()).isFalse();
    assertThat(answerOf("", shown, Set.of("old")).failure().orElseThrow().kind())
        .isEqualTo(SiteFailure.Kind.OTHER_CERTIFICATE);
  }

  @Test
  void silenceIsNotJudged() throws IOException, HostException {
    ProbeRequest.Answer late =
        new ProbeRequest.Answer(0, 3, "", false, "no answer in time", Optional.empty(), false);
    assertThat(answerOf("", late, Set.of("x")).state()).isEqualTo(VisitorResult.State.UNKNOWN);
  }

  private static String time(Duration ago) {
    return LocalDateTime.now(ZoneId.systemDefault())
        .minus(ago)
        .format(DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss"));
  }

  @Test
  void causeIsReadInNginxsLog() throws IOException, HostException {
    Path log = root.resolve("error.log");
    String line =
        NOW
            + " [crit] 8#8: *7 connect() to unix:%s failed (%s) while connecting to"
            + " upstream, client: 127.0.0.1, server: shop.example, request: \"GET / HTTP/1.1\","
            + " upstream: \"http://unix:%s:/\", host: \"shop.example\"\n";
    Files.writeString(log, line.formatted("/run/x", "2: No such file or directory", "/run/x"));
    String site = "error_log " + log + "; location / { proxy_pass http://x; }";
    SiteFailure elsewhere =
        answerOf(site, answer(502, Optional.of(200)), Set.of()).failure().orElseThrow();
    assertThat(elsewhere.isOfHost()).isFalse();
    assertThat(elsewhere.detail())
        .contains("connect() to unix:/run/x failed (2: No such file", "leads to http://unix:/run/x")
        .doesNotContain("client:");

    String socket = "/run/shop_gunicorn.sock";
    Files.writeString(log, line.formatted(socket, "13: Permission denied", socket));
    SiteFailure denied =
        answerOf(site, answer(502, Optional.of(200)), Set.of()).failure().orElseThrow();
    assertThat(denied.isOfHost()).isTrue();
    assertThat(denied.detail()).contains("may not connect to " + socket);

    Files.writeString(log, line.formatted(socket, "111: Connection refused", socket));
    SiteFailure refused =
        answerOf(site, answer(502, Optional.of(200)), Set.of()).failure().orElseThrow();
    assertThat(refused.isOfHost()).isFalse();
    assertThat(refused.command()).isEqualTo("tail -n 20 " + log);

    Files.writeString(log, line.formatted("/run/x", "2: No such file", "/run/x").replace(NOW, OLD));
    assertThat(answerOf(site, answer(502, Optional.of(200)), Set.of()).failure().orElseThrow())
        .satisfies(
            failure -> assertThat(failure.detail()).doesNotContain("No such file", "leads to"));
  }

  @Test
  void silenceIsAFailureIfTheAppGivesThePage() throws IOException, HostException {
    ProbeRequest.Answer late =
        new ProbeRequest.Answer(0, 3, "", false, "no answer in time", Optional.of(200), false);
    SiteFailure failure = answerOf("", late, Set.of()).failure().orElseThrow();
    assertThat(failure.kind()).isEqualTo(SiteFailure.Kind.NOT_REACHED);
    assertThat(failure.detail()).contains("gives no answer in time, while shop answers 200");
  }

  @Test
  void internalErrorOfNginxIsAFailureUnlessTheAppGivesIt() throws IOException, HostException {
    Path log = root.resolve("error.log");
    Files.writeString(
        log,
        NOW
            + " [error] 8#8: *7 rewrite or internal redirection cycle, client: 127.0.0.1,"
            + " server: shop.example, request: \"GET / HTTP/1.1\", host: \"shop.example\"\n");
    String site = "error_log " + log + "; location / { proxy_pass http://x; }";

    SiteFailure own =
        answerOf(site, answer(500, Optional.of(200)), Set.of()).failure().orElseThrow();
    assertThat(own.kind()).isEqualTo(SiteFailure.Kind.NOT_REACHED);
    assertThat(own.isOfHost()).isFalse();
    assertThat(own.detail()).contains("nginx says: rewrite or internal redirection cycle");
    assertThat(answerOf(site, answer(500, Optional.of(500)), Set.of()).failure()).isEmpty();
    assertThat(answerOf(site + " return 500;", answer(500, Optional.of(200)), Set.of()).failure())
        .isEmpty();
  }

  @Test
  void pagesAreAlikeByTheirHeads() {
    String one = "HTTP/1.1 200 OK\r\nDate: 1\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\nhello";
    String same = "HTTP/1.1 200 OK\r\nDate: 2\r\netag: \"a\"\r\nContent-Length: 5\r\n\r\n";
    String other = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";
    String less = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    assertThat(AnswerSignature.of(one))
        .isEqualTo(AnswerSignature.of(same))
        .isNotEqualTo(AnswerSignature.of(less));
    assertThat(AnswerSignature.of(less).isNearlyAs(AnswerSignature.of(one))).isTrue();
    assertThat(AnswerSignature.of(other).isNearlyAs(AnswerSignature.of(one))).isFalse();
  }
}
