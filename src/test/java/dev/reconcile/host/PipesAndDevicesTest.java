// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is no file, in a file's place: nobody waits for it. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PipesAndDevicesTest {
  @TempDir Path root;
  private LocalHost host;

  @BeforeEach
  void makePipe() throws Exception {
    host = new LocalHost(root, new ProcessRunner(), "run", List.of());
    assertThat(new ProcessRunner().run(Command.of("mkfifo", root.resolve("pipe") + "")).ok())
        .isTrue();
  }

  @Test
  void aPipeIsNotRead() {
    assertThatThrownBy(() -> host.facts().read("/pipe", 10))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("/pipe: it is a device or pipe");
  }

  @Test
  void aDeviceIsNotRead() throws Exception {
    LocalHost machine = new LocalHost(Path.of("/"), new ProcessRunner(), "run", List.of());

    assertThatThrownBy(() -> machine.facts().read("/dev/zero", 10))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("device");
  }

  @Test
  void aPipeInAFilesPlaceIsReplacedAndNotWrittenTo() throws Exception {
    host.writeFile("/pipe", Content.of("text"), FileAttributes.root(0644));

    assertThat(root.resolve("pipe")).hasContent("text");
    assertThat(Files.isRegularFile(root.resolve("pipe"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }
}
