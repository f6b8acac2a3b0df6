// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.OtherRun;
import dev.reconcile.doctor.DoctorContext;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds the lock, as the kernel knows it. */
final class RunLockTest {
  @TempDir Path root;

  @Test
  void aHolderIsKnownAtOnceAndNoLongerThanItLives() throws Exception {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "test", List.of());
    assertThat(RunLock.holder(host)).isEmpty();
    Files.createDirectories(root.resolve("run"));
    try (OtherRun run = new OtherRun(root)) {
      assertThat(RunLock.holder(host).map(DoctorContext.Holder::pid)).contains(run.pid());
    }
    assertThat(root.resolve("run/reconcile.lock")).exists();
    assertThat(RunLock.holder(host)).isEmpty();
  }
}
