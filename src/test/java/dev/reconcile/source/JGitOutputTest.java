// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** What JGit's threads print, and what others do. */
final class JGitOutputTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream err = JGitOutput.leftOut(new PrintStream(printed, true, UTF_8));

  @Test
  void leavesOutStackTracesOfJGitsThreads() throws Exception {
    Thread server =
        new Thread("JGit-Upload-Pack") {
          @Override
          public void run() {
            new IOException("Pipe closed").printStackTrace(err);
            err.write('x');
            err.println("lost");
          }
        };
    server.start();
    server.join();
    err.println("WARN kept");
    Thread other = Thread.ofVirtual().start(() -> err.print("é"));
    other.join();
    err.flush();
    assertThat(printed.toString(UTF_8)).isEqualTo("WARN kept" + System.lineSeparator() + "é");
  }
}
