// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.host.Command;
import dev.reconcile.model.Diagnostic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd that knows hosts by their certificates, and what their roles allow. */
final class EtcdTlsTest {
  private static final Gate GATE = Fleets.gate(Fleets.numbers(1));

  @TempDir static Path temp;
  private static RealEtcd etcd;

  @BeforeAll
  static void start() throws Exception {
    RealEtcd.assumeInstalled();
    makeCertificates();
    etcd = RealEtcd.start(Files.createDirectory(temp.resolve("etcd")), 1, of("root"));
    for (String command :
        List.of(
            "user add root --no-password",
            "role add root",
            "user grant-role root root",
            "role add web1",
            "role grant-permission web1 read --prefix=true /reconcile/web/",
            "role grant-permission web1 write /reconcile/web/gate",
            "role grant-permission web1 write /reconcile/web/hosts/web1",
            "user add web1 --no-password",
            "user grant-role web1 web1",
            "auth enable")) {
      asRoot(command);
    }
  }

  @AfterAll
  static void end() {
    if (etcd != null) {
      etcd.close();
    }
  }

  private static Optional<Path> of(String name) {
    return Optional.of(temp.resolve(name));
  }

  private static Engine engine(String name) {
    return etcd.engine("web", temp.resolve(name).toString());
  }

  // The certificate of "stranger" is of another authority.
  private static void makeCertificates() throws Exception {
    String script =
        """
        set -e
        new="-nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
        printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth,clientAuth\\n' >names
        for ca in ca other; do
          openssl req -x509 $new -days 3 -subj /CN=$ca -keyout $ca.key -out $ca.pem
        done
        for name in root web1 web2 stranger; do
          mkdir $name; cp ca.pem $name/; ca=ca
          [ $name != stranger ] || ca=other
          openssl req $new -subj /CN=$name -keyout $name/key.pem -out request
          openssl x509 -req -in request -CA $ca.pem -CAkey $ca.key -CAcreateserial -days 3 \\
            -extfile names -out $name/cert.pem
        done
        mkdir deceived; cp web1/*.pem deceived/; cp other.pem deceived/ca.pem
        """;
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("openssl.log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(temp.resolve("openssl.log"))).isZero();
  }

  private static void asRoot(String words) throws Exception {
    String files = temp.resolve("root").toString();
    List<String> argv = new ArrayList<>(List.of("etcdctl", "--endpoints=" + etcd.url(0)));
    argv.add("--cacert=" + files + "/ca.pem");
    argv.add("--cert=" + files + "/cert.pem");
    argv.add("--key=" + files + "/key.pem");
    argv.addAll(List.of(words.split(" ", -1)));
    Command command = Command.of(argv.toArray(String[]::new)).with("ETCDCTL_API", "3");
    assertThat(RealEtcd.run(command).ok()).as(words).isTrue();
  }

  private static void refuses(String name, EngineFailure failure, String reason) {
    assertThatThrownBy(() -> engine(name).read("web1"))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> {
              assertThat(e.failure()).as(e.getMessage()).isEqualTo(failure);
              assertThat(e.getMessage()).contains(reason);
            });
  }

  @Test
  void aHostMayWriteTheGateAndItsOwnRowOnly() throws Exception {
    Exchange both =
        new Exchange(Optional.of(GATE), new Exchange.WriteRow(Fleets.row(Fleets.MACHINE)));
    Engine web1 = engine("web1");
    assertThat(web1.exchange(web1.read("web1"), both).isDone()).isTrue();
    assertThat(web1.rows().byHost()).containsOnlyKeys("web1");

    assertThatThrownBy(() -> web1.exchange(web1.read("web2"), both))
        .isInstanceOfSatisfying(
            EngineException.class, e -> assertThat(e.failure()).isEqualTo(EngineFailure.REFUSED));
    assertThat(web1.read("web1").gate()).contains(GATE);
  }

  @Test
  void aHostThatIsNoUserIsRefused() {
    refuses("web2", EngineFailure.REFUSED, "permission denied");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefused() {
    refuses("stranger", EngineFailure.REFUSED, "certificate");
  }

  @Test
  void anEngineOfAnotherAuthorityIsNotAsked() {
    refuses("deceived", EngineFailure.OUT_OF_REACH, "x509");
  }

  @Test
  void aHostWithoutItsFilesIsToldWhichAreMissing() {
    refuses("nowhere", EngineFailure.OUT_OF_REACH, "nowhere/c");
  }

  private static List<String> found(String host, String files) {
    return new EngineCheckup(
            RealEtcd::run,
            new EngineAddress(List.of(etcd.url(0)), "web"),
            temp.resolve(files).toString(),
            host)
        .find(FleetRecord.EMPTY).findings().stream()
            .map(Diagnostic::summary)
            .filter(summary -> !summary.equals(EngineFailure.NO_RECORD.summary()))
            .toList();
  }

  @Test
  void doctorFindsARoleThatAllowsTooLittle() {
    assertThat(found("web1", "web1")).isEmpty();
    assertThat(found("web2", "web1")).containsExactly("Role without access");
    assertThat(found("web2", "web2")).containsExactly("The engine refuses");
  }
}
