// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The output of a program on this machine, line by line while the program runs.
 *
 * <p>Invariant: the program ends with this process, and with {@link #close}.
 */
public final class LineStream implements Closeable {
  private static final int LONGEST_LINE = 1 << 20;
  private static final int MOST_ERRORS = 1 << 12;

  private final Process process;
  private final InputStream out;
  private final Thread atExit;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  private LineStream(Process process) {
    this.process = process;
    this.out = new BufferedInputStream(process.getInputStream());
    this.atExit = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(atExit);
    Thread.ofPlatform().daemon().start(this::collectErrors);
  }

  /**
   * Starts a program with the variables of {@link ChildEnvironment} and without input.
   *
   * @throws HostException if it cannot be started
   */
  public static LineStream of(List<String> argv) throws HostException {
    try {
      Command command = Command.of(argv.toArray(String[]::new));
      return new LineStream(ProcessRunner.builder(command).start());
    } catch (IOException e) {
      throw new HostException(
          HostFailure.ofStart(e), "Cannot start " + argv.getFirst() + ": " + e.getMessage(), e);
    }
  }

  private void collectErrors() {
    byte[] buffer = new byte[1024];
    try (InputStream stream = process.getErrorStream()) {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        synchronized (errors) {
          errors.write(buffer, 0, Math.min(count, MOST_ERRORS - errors.size()));
        }
      }
    } catch (IOException e) {
      return; // the program was ended
    }
  }

  /**
   * Waits for the next line; empty at the end of the output.
   *
   * @throws HostException if the program failed
   */
  public Optional<String> next() throws HostException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      for (int read = out.read(); read >= 0; read = out.read()) {
        if (read == '\n') {
          return Optional.of(line.toString(StandardCharsets.UTF_8));
        }
        if (line.size() < LONGEST_LINE) {
          line.write(read);
        }
      }
    } catch (IOException _) {
      return Optional.empty(); // closed
    }
    failIfFailed();
    return Optional.empty();
  }

  private void failIfFailed() throws HostException {
    try {
      int exit = process.waitFor();
      if (exit > 0 && exit < 128) { // a signal is the end by close()
        synchronized (errors) {
          throw new HostException(
              HostFailure.COMMAND_FAILED,
              "The output ended: " + errors.toString(StandardCharsets.UTF_8).strip());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      return; // this process ends, and the hook runs
    }
  }
}
