// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that an administrator put beside those of an app's units. */
final class ForeignUnitFilesTest {
  private static final String UNITS = "/etc/systemd/system/";
  private static final String OURS = UNITS + "gunicorn@.service";

  @TempDir Path temp;

  private void write(String path, String text) throws IOException {
    Path file = temp.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private SortedSet<String> files() throws Exception {
    var owned = new OwnedResource(FileKind.address(OURS), "", Role.UNIT_FILE, List.of());
    State state = new State("", "", new TreeMap<>(Map.of(owned.address(), owned)), new TreeMap<>());
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    return ForeignUnitFiles.of(host.facts(), "shop", state).orElseThrow();
  }

  private List<String> paths() throws Exception {
    return files().stream().map(file -> file.substring(0, file.indexOf(' '))).toList();
  }

  @Test
  void ourOwnFilesAreNotAmongThem() throws Exception {
    write(OURS, "[Service]\n");
    write(UNITS + "gunicorn@blog.service.d/override.conf", "[Service]\nNice=1\n");

    assertThat(files()).isEmpty();
  }

  @Test
  void eachPlaceThatSystemdReadsForTheUnitsCounts() throws Exception {
    List<String> all =
        List.of(
            UNITS + "gunicorn@.service.d/all.conf",
            UNITS + "gunicorn@shop.service.d/override.conf",
            UNITS + "gunicorn@shop.socket.d/override.conf",
            UNITS + "service.d/every.conf",
            "/etc/systemd/system.control/gunicorn@shop.service.d/50-MemoryMax.conf",
            "/run/systemd/system/gunicorn@shop.service.d/runtime.conf");
    for (String path : all) {
      write(path, "[Unit]\n");
    }

    assertThat(paths()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void aUnitFileOfTheInstanceCountsAndSoDoesItsMask() throws Exception {
    write(UNITS + "gunicorn@shop.service", "[Service]\n");
    SortedSet<String> edited = files();
    assertThat(paths()).containsExactly(UNITS + "gunicorn@shop.service");

    Files.delete(temp.resolve("etc/systemd/system/gunicorn@shop.service"));
    Files.createSymbolicLink(
        temp.resolve("etc/systemd/system/gunicorn@shop.service"), Path.of("/dev/null"));
    assertThat(paths()).containsExactly(UNITS + "gunicorn@shop.service");
    assertThat(files()).isNotEqualTo(edited);
  }

  @Test
  void theEnvironmentFilesThatTheyNameCountToo() throws Exception {
    write(
        UNITS + "gunicorn@shop.service.d/override.conf",
        "[Service]\nEnvironmentFile=-/etc/default/%i\n");
    SortedSet<String> missing = files();
    assertThat(paths())
        .containsExactly("/etc/default/shop", UNITS + "gunicorn@shop.service.d/override.conf");

    write("/etc/default/shop", "");
    SortedSet<String> empty = files();
    assertThat(empty).isNotEqualTo(missing);
    write("/etc/default/shop", "A=1\n");
    assertThat(files()).isNotEqualTo(empty).isNotEqualTo(missing);
  }
}
