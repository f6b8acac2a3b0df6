// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fleet.SimulatedFleet.Rollout;
import dev.reconcile.fleet.SimulatedFleet.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many hosts with the real rules on three members of a real etcd, in scaled-down time. {@code
 * benchmarks/fleet.sh} does the same with a thousand.
 */
final class FleetScaleTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Settings HUNDRED =
      new Settings(
          100, 3, 5, Duration.ofSeconds(1), Duration.ofMillis(80), Duration.ZERO, PATIENCE);
  private static final Settings TWENTY =
      new Settings(
          20, 2, 3, Duration.ofSeconds(3), Duration.ofMillis(200), Duration.ZERO, PATIENCE);

  @TempDir Path temp;

  @BeforeAll
  static void engine() {
    RealEtcd.assumeInstalled();
  }

  @Test
  void aHundredHostsTakeTurns() throws Exception {
    try (RealEtcd etcd = RealEtcd.start(temp, 3, Optional.empty());
        SimulatedFleet fleet = new SimulatedFleet(HUNDRED, (_, i) -> etcd.gateway("web", i))) {
      arrives(fleet, fleet.rollOut());

      Set<String> canaries = HUNDRED.names(3);
      assertThat(fleet.reachOfBad(HUNDRED.names(100)))
          .as("the reach of a commit that is bad everywhere")
          .isNotEmpty()
          .isSubsetOf(canaries);

      Set<String> others = HUNDRED.names(100);
      others.removeAll(canaries);
      assertThat(fleet.reachOfBad(others))
          .as("the reach of a commit that is bad on all hosts but the canaries")
          .containsAll(canaries)
          .hasSize(canaries.size() + 1);
      assertThat(fleet.truth.mostAtIt()).isLessThanOrEqualTo(HUNDRED.slots());
    }
  }

  /** Each host has a certificate and a role of its own, and etcdctl for each request. */
  @Test
  void twentyHostsAskByEtcdctl() throws Exception {
    makeCertificates(TWENTY.names(TWENTY.hosts()));
    try (RealEtcd etcd =
        RealEtcd.start(Files.createDirectory(temp.resolve("etcd")), 3, Optional.empty())) {
      grantRoles(etcd, TWENTY.names(TWENTY.hosts()));
      etcd.encrypt(temp.resolve("root"));
      try (SimulatedFleet fleet = new SimulatedFleet(TWENTY, (name, _) -> engine(etcd, name))) {
        arrives(fleet, fleet.rollOut());
      }
    }
  }

  private Engine engine(RealEtcd etcd, String name) {
    String user = name.equals(SimulatedFleet.OPERATOR) ? "root" : name;
    return etcd.engine("web", temp.resolve(user).toString());
  }

  private static void arrives(SimulatedFleet fleet, Rollout rollout) {
    Settings settings = fleet.settings;
    double bound = 8.0 + rollout.length().toNanos() / (double) settings.period().toNanos();
    assertThat(fleet.truth.mostAtIt()).isBetween(1, settings.slots());
    // An exchange with which another host was faster is asked for again at once. On a busy machine
    // that is often, so it does not count here.
    assertThat((double) rollout.mostAnswered()).isLessThanOrEqualTo(bound);

    long before = fleet.requests();
    fleet.awaitRuns(2);
    assertThat(fleet.requests()).as("requests with nothing to do").isEqualTo(before);
  }

  private void makeCertificates(Set<String> names) throws Exception {
    String script =
        """
        set -e
        new="-nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
        printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth,clientAuth\\n' >names
        openssl req -x509 $new -days 3 -subj /CN=ca -keyout ca.key -out ca.pem
        for name in root %s; do
          mkdir $name; cp ca.pem $name/
          openssl req $new -subj /CN=$name -keyout $name/key.pem -out request
          openssl x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 3 \\
            -extfile names -out $name/cert.pem
        done
        """
            .formatted(String.join(" ", names));
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(temp.resolve("openssl.log"))).isZero();
  }

  // The commands of the documentation are typed by EtcdTlsTest; here 120 of them would take long.
  private static void grantRoles(RealEtcd etcd, Set<String> hosts) throws Exception {
    String user = "{\"name\":\"%s\",\"options\":{\"no_password\":true}}";
    auth(etcd, "user/add", user.formatted("root"));
    auth(etcd, "role/add", "{\"name\":\"root\"}");
    auth(etcd, "user/grant", "{\"user\":\"root\",\"role\":\"root\"}");
    for (String host : hosts) {
      auth(etcd, "role/add", "{\"name\":\"%s\"}".formatted(host));
      grant(etcd, host, "READ", "/reconcile/web/", "/reconcile/web0");
      grant(etcd, host, "WRITE", "/reconcile/web/gate", "");
      grant(etcd, host, "WRITE", "/reconcile/web/hosts/" + host, "");
      auth(etcd, "user/add", user.formatted(host));
      auth(etcd, "user/grant", "{\"user\":\"%1$s\",\"role\":\"%1$s\"}".formatted(host));
    }
    auth(etcd, "enable", "{}");
  }

  private static void grant(RealEtcd etcd, String role, String type, String key, String end)
      throws Exception {
    String permission =
        "{\"name\":\"%s\",\"perm\":{\"permType\":\"%s\",\"key\":\"%s\",\"range_end\":\"%s\"}}"
            .formatted(role, type, base64(key), base64(end));
    auth(etcd, "role/grant", permission);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void auth(RealEtcd etcd, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(etcd.url(0) + "/v3/auth/" + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path + " " + body + answer.body()).isEqualTo(200);
    }
  }
}
