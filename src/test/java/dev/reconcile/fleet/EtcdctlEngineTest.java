// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.host.Command;
import dev.reconcile.model.Content;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real etcd on loopback, asked by the real etcdctl. Without them in {@code PATH} the test is
 * skipped; with {@code -Dreconcile.test.etcd=DIRECTORY} they must be there.
 */
final class EtcdctlEngineTest extends EngineContract {
  @TempDir static Path temp;
  private static RealEtcd etcd;
  private static int groups;

  @BeforeAll
  static void start() throws Exception {
    RealEtcd.assumeInstalled();
    etcd = RealEtcd.start(temp, 1, Optional.empty());
  }

  @AfterAll
  static void end() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @Override
  Engine engine() {
    groups++;
    return etcd.engine("group" + groups);
  }

  /** Whatever is in the engine may come from anybody. */
  @Test
  void aValueThatIsNoGateIsOneFailure() throws Exception {
    for (String value : List.of("", "{", "[]", "{\"format\": 2}", "x".repeat(1000))) {
      String put = "\nput /reconcile/odd/gate \"" + value.replace("\"", "\\\"") + "\"\n\n\n";
      Command command =
          Command.of("etcdctl", "txn", "--endpoints=" + etcd.url(0))
              .with("ETCDCTL_API", "3")
              .reading(Content.of(put));
      assertThat(RealEtcd.run(command).ok()).isTrue();
      assertThatThrownBy(() -> etcd.engine("odd").read("web1"))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.failure()).isEqualTo(EngineFailure.NO_RECORD));
    }
  }

  /** Keys and values are in no argument, which every user of the host could read. */
  @Test
  void aRequestIsOneProcess() throws Exception {
    List<Command> commands = new ArrayList<>();
    Engine engine =
        etcd.engine(
            "counted",
            "",
            command -> {
              commands.add(command);
              return RealEtcd.run(command);
            });
    Gate gate = Fleets.gate(Fleets.numbers(1));
    engine.exchange(
        engine.read("web1"),
        new Exchange(Optional.of(gate), new Exchange.WriteRow(Fleets.row(Fleets.MACHINE))));
    assertThat(commands).hasSize(2);
    assertThat(commands)
        .allSatisfy(command -> assertThat(command.argv()).noneMatch(word -> word.contains("gate")));
  }
}
