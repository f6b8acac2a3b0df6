// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The directories that systemd makes for an app, and its users and groups, whichever of systemd's
 * folders has the drop-in.
 */
final class UnitDropInsTest {
  private static final String SERVICE = "gunicorn@shop.service";

  @TempDir Path root;

  private void file(String path, String text) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Set<String> directories(Map<Address, Declared> declared) throws Exception {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "run", List.of());
    return UnitDropIns.directories(SERVICE, new PlannedFiles(host.facts(), declared));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/systemd/system/gunicorn@shop.service.d",
        "/run/systemd/system/gunicorn@shop.service.d",
        "/usr/lib/systemd/system/gunicorn@shop.service.d",
        "/lib/systemd/system/gunicorn@shop.service.d",
        "/usr/lib/systemd/system/gunicorn@.service.d",
        "/usr/lib/systemd/system/service.d",
      })
  void aDropInInAnyFolderOfSystemdCounts(String folder) throws Exception {
    file(folder + "/logs.conf", "[Service]\nLogsDirectory=sites/%i:alias other\n");

    assertThat(directories(Map.of())).containsOnly("/var/log/sites/shop", "/var/log/other");
  }

  @Test
  void theUnitFileCounts() throws Exception {
    file("/usr/lib/systemd/system/gunicorn@.service", "[Service]\nStateDirectory=%i\n");

    assertThat(directories(Map.of())).containsOnly("/var/lib/shop");
  }

  @Test
  void aDropInOfTheAdministratorReplacesThePackagedOneOfItsName() throws Exception {
    String packaged = "/usr/lib/systemd/system/gunicorn@shop.service.d/";
    file(packaged + "logs.conf", "[Service]\nLogsDirectory=packaged\n");
    file(packaged + "cache.conf", "[Service]\nCacheDirectory=packaged\n");
    file("/etc/systemd/system/gunicorn@.service.d/logs.conf", "[Service]\nLogsDirectory=own\n");
    Path masked = root.resolve("etc/systemd/system/gunicorn@shop.service.d/cache.conf");
    Files.createDirectories(masked.getParent());
    Files.createSymbolicLink(masked, Path.of("/dev/null"));

    assertThat(directories(Map.of())).containsOnly("/var/log/own");
  }

  @Test
  void aDropInOfTheDesiredStateCounts() throws Exception {
    Address address =
        FileKind.address("/etc/systemd/system/gunicorn@shop.service.d/from-the-repo.conf");
    FileKind.Spec spec =
        new FileKind.Spec(
            Content.of("[Service]\nRuntimeDirectory=mine\n"), FileAttributes.root(0644));
    Declared declared =
        new Declared(address, spec, "", Role.HOST_FILE, List.of(), Origin.of("reconcile.yaml"));

    assertThat(directories(Map.of(address, declared))).containsOnly("/run/mine");
  }

  private boolean isAccountChanged() throws Exception {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "run", List.of());
    return UnitDropIns.changeAccount(SERVICE, new PlannedFiles(host.facts(), Map.of()));
  }

  @Test
  void onlyAFileOfTheAdministratorChangesTheAccount() throws Exception {
    file("/etc/systemd/system/gunicorn@.service", "[Service]\nUser=www-data\n");
    file("/etc/systemd/system/gunicorn@shop.service.d/" + AppUnits.DROP_IN, "User=shop\n");
    file("/run/systemd/system/service.d/logs.conf", "[Service]\nLogsDirectory=%i\n");
    assertThat(isAccountChanged()).isFalse();

    file("/run/systemd/system/service.d/more.conf", "[Service]\nSupplementaryGroups=adm\n");
    assertThat(isAccountChanged()).isTrue();
  }
}
