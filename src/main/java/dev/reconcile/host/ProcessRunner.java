// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.NetworkSettings;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The runner of programs on this host. Programs get a fixed environment, no terminal, and only the
 * input of the command, so that a run from cron behaves like a run by hand.
 */
public final class ProcessRunner implements CommandRunner {
  private static final int OUTPUT_LIMIT = 4 << 20;
  private static final Duration LAST_MOMENTS = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private final NetworkSettings network;

  /** Creates a runner without network settings. */
  public ProcessRunner() {
    this(NetworkSettings.NONE);
  }

  /**
   * @param network the settings for commands that use the network
   */
  public ProcessRunner(NetworkSettings network) {
    this.network = network;
  }

  @Override
  public NetworkSettings network() {
    return network;
  }

  @Override
  public Result run(Command command) throws HostException {
    byte[] input = command.input().bytes();
    try {
      Process process = builder(command).start();
      if (input.length > 0) {
        Thread.ofPlatform().daemon().start(() -> feed(process, input));
      }
      return collect(process, command);
    } catch (IOException e) {
      throw new HostException(
          HostFailure.ofStart(e),
          "Cannot start " + command.argv().getFirst() + ": " + reason(e),
          e);
    }
  }

  /** Returns the start of a program, in the environment of all programs. */
  static ProcessBuilder builder(Command command) throws IOException {
    command.argv().forEach(FileNameEncoding::require);
    command.environment().values().forEach(FileNameEncoding::require);
    ProcessBuilder builder = new ProcessBuilder(ChildEnvironment.commandLine(command.argv()));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(ChildEnvironment.variables());
    environment.putAll(command.network().forPrograms());
    environment.putAll(command.environment());
    builder.directory(new File(command.directory().isEmpty() ? "/" : command.directory()));
    builder.redirectInput(
        command.input().bytes().length == 0
            ? ProcessBuilder.Redirect.from(new File("/dev/null"))
            : ProcessBuilder.Redirect.PIPE);
    return builder;
  }

  private static Result collect(Process process, Command command)
      throws HostException, IOException {
    Drain errors = new Drain(process.getErrorStream());
    Drain output = new Drain(process.getInputStream());
    try {
      if (!process.waitFor(command.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        end(process);
        throw new HostException(
            HostFailure.TIMED_OUT,
            command.text() + " did not end within " + command.timeout().toSeconds() + " s");
      }
      return new Result(
          process.exitValue(),
          command.network().masked(output.text()),
          command.network().masked(errors.text()));
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      throw new HostException(command.text() + " was interrupted", e);
    }
  }

  // Waits a moment, because a killed process may still write where the run cleans up. The wait is
  // bounded, because a process that the kernel keeps in a system call does not end.
  private static void end(Process process) {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + LAST_MOMENTS.toNanos();
    while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException file
        ? String.valueOf(file.getReason())
        : String.valueOf(e.getMessage());
  }

  // The exit status of a program that ends before it has read everything shows whether it failed.
  private static void feed(Process process, byte[] input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input);
    } catch (IOException e) {
      return; // the program closed the pipe
    }
  }

  // Reads both pipes while the program runs, because it would block on a full pipe. Uses platform
  // threads: starting the first virtual thread of a process takes ten times as long.
  private static final class Drain {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Thread thread;

    Drain(InputStream stream) {
      thread = Thread.ofPlatform().daemon().start(() -> copy(stream));
    }

    private void copy(InputStream stream) {
      byte[] buffer = new byte[8192];
      try (stream) {
        int count = stream.read(buffer);
        while (count >= 0) {
          if (bytes.size() < OUTPUT_LIMIT) {
            bytes.write(buffer, 0, count);
          }
          count = stream.read(buffer);
        }
      } catch (IOException e) {
        bytes.writeBytes(
            ("\n(output lost: " + e.getMessage() + ")\n").getBytes(StandardCharsets.UTF_8));
      }
    }

    // Does not wait for a grandchild that keeps the pipe open; its later output is ignored.
    String text() throws InterruptedException {
      thread.join(2000);
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
