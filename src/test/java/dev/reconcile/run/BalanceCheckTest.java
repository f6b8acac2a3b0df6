// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.AppFaults;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps this machine from its part in an app on several hosts. */
class BalanceCheckTest {
  /** An address for documentation (RFC 5737), which no machine has. */
  private static final String OF_NOBODY = "192.0.2.1";

  @TempDir Path temp;

  @BeforeEach
  void folders() throws Exception {
    Files.createDirectories(temp.resolve("hosts"));
    Files.createDirectories(temp.resolve("apps"));
    Files.writeString(temp.resolve("reconcile.yaml"), "version: 1\n");
  }

  private SortedMap<String, Diagnostic> faults(String host, String web1, int port)
      throws Exception {
    Files.writeString(temp.resolve("hosts/lb1.yaml"), "address: 127.0.0.1\n");
    Files.writeString(temp.resolve("hosts/web1.yaml"), "address: " + web1 + "\n");
    Files.writeString(
        temp.resolve("apps/shop.yaml"),
        "source: {path: /srv}\nbalance: {on: [lb1], to: [web1], port: " + port + "}\n");
    DesiredStateBuilder builder = new DesiredStateBuilder(new DirectoryFileTree(temp));
    Loader.Loaded loaded = Loader.load(builder, host);
    assertThat(builder.diagnostics().sorted()).isEmpty();
    LocalHost local = new LocalHost(Path.of("/"), new ProcessRunner(), "test", List.of());
    AppFaults faults = new AppFaults();
    new BalanceCheck(new PlannedFiles(local.facts(), builder.resources()), faults::add)
        .check(loaded.apps(), loaded.fronts());
    return faults.all();
  }

  @Test
  void anAddressIsOneOfTheMachine() throws Exception {
    Diagnostic fault = faults("web1", OF_NOBODY, 8080).get("shop");
    assertThat(fault).isNotNull();
    assertThat(fault.summary()).isEqualTo("Address of another host");
    assertThat(fault.detail()).contains("hosts/web1.yaml", OF_NOBODY);
    assertThat(faults("lb1", OF_NOBODY, 8080)).isEmpty();
  }

  @Test
  void aPortIsFreeOnItsAddress() throws Exception {
    try (ServerSocket held = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.2"))) {
      Diagnostic fault = faults("web1", "127.0.0.2", held.getLocalPort()).get("shop");
      assertThat(fault).isNotNull();
      assertThat(fault.summary()).isEqualTo("Port in use");
      assertThat(fault.detail()).contains("pid " + ProcessHandle.current().pid());
      assertThat(faults("web1", "127.0.0.3", held.getLocalPort())).isEmpty();
    }
  }
}
