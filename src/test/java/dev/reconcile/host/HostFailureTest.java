// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.host.CommandRunner.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class HostFailureTest {
  private static String summary(Throwable cause) {
    return new HostException("Cannot write /x", cause).summary();
  }

  @Test
  void summaryNamesTheFailure() {
    assertThat(summary(new AccessDeniedException("/x"))).isEqualTo("Permission denied");
    assertThat(summary(new NoSuchFileException("/x"))).isEqualTo("File not found");
    assertThat(summary(new FileSystemException("/x", null, "Read-only file system")))
        .isEqualTo("Read-only file system");
    assertThat(summary(new IOException("No space left on device"))).isEqualTo("Disk full");
    assertThat(summary(new FileSystemException("/x", null, "Disk quota exceeded")))
        .isEqualTo("Disk full");
    assertThat(summary(new UncheckedIOException(new IOException("Input/output error"))))
        .isEqualTo("Input/output error");
    assertThat(summary(new TimeoutException())).isEqualTo("Timed out");
    assertThat(summary(new HostException("inner", new AccessDeniedException("/y"))))
        .isEqualTo("Permission denied");
  }

  @Test
  void commandsFailByName() {
    ProcessRunner runner = new ProcessRunner();
    assertThatThrownBy(() -> runner.run(Command.of("no-such-program-here")))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.summary()).isEqualTo("Command not found"));
    assertThatThrownBy(() -> runner.run(Command.of("sleep", "60").within(Duration.ofMillis(20))))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.summary()).isEqualTo("Timed out"));
    assertThat(new HostException(new Result(1, "", ""), "failed").summary())
        .isEqualTo("Command failed");
    assertThat(new HostException(new Result(127, "", ""), "failed").summary())
        .isEqualTo("Command not found");
  }

  @Test
  void messageIsNeverNull() {
    assertThat(new HostException(HostFailure.DISK_FULL, "Cannot write /x").message())
        .isEqualTo("Cannot write /x");
    assertThat(new HostException(HostFailure.DISK_FULL, "Cannot write /x").diagnostic().summary())
        .isEqualTo("Disk full");
  }
}
