// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that holds a root directory's lock; the kernel's locks belong to processes. */
public final class OtherRun implements AutoCloseable {
  private final Process process;

  public OtherRun(Path root) throws IOException {
    process =
        new ProcessBuilder(
                "python3",
                "-c",
                "import fcntl,sys; f=open(sys.argv[1],'a'); fcntl.lockf(f, fcntl.LOCK_EX);"
                    + " print('locked', flush=True); sys.stdin.read()",
                root.resolve("run/reconcile.lock").toString())
            .start();
    assertThat(process.inputReader().readLine()).isEqualTo("locked");
  }

  public long pid() {
    return process.pid();
  }

  /** Lets it go. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
