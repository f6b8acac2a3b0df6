// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MaskedNginxTest {
  @TempDir Path temp;

  private Optional<String> command() throws Exception {
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    return MaskedNginx.of(host.facts()).map(found -> found.command().orElseThrow());
  }

  private void link(String folder, String target) throws Exception {
    Path units = Files.createDirectories(temp.resolve(folder));
    Files.createSymbolicLink(units.resolve("nginx.service"), Path.of(target));
  }

  @Test
  void aUnitThatIsNotMaskedIsNoFault() throws Exception {
    assertThat(command()).isEmpty();
    link("etc/systemd/system", "/lib/systemd/system/nginx.service");
    assertThat(command()).isEmpty();
  }

  @Test
  void theCommandEndsTheMask() throws Exception {
    link("run/systemd/system", "/dev/null");
    assertThat(command()).contains("systemctl unmask --runtime nginx.service");
    link("etc/systemd/system", "/dev/null");
    assertThat(command()).contains("systemctl unmask nginx.service");
  }
}
