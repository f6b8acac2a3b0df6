// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A command that is run on an ssh server, and its answer. */
final class SshQuestion {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_ERROR_BYTES = 16 << 10;
  private static final int MOST_ANSWER_BYTES = 64 << 10;

  private SshQuestion() {}

  /** A reader of the command's answer. */
  interface Reader<T> {
    T read(Process process) throws IOException, SourceException;
  }

  /**
   * Runs a command on the server.
   *
   * @throws SourceException UNREACHABLE or NOT_A_REPO, after about a minute at the latest
   */
  static <T> T ask(OpenSsh ssh, RepoUrl.Ssh url, String command, Reader<T> reader)
      throws SourceException {
    Process process = ssh.start(url, command, Map.of());
    AtomicBoolean late = new AtomicBoolean();
    Thread watch = Thread.ofPlatform().daemon().start(() -> endWhenLate(process, late));
    StringBuilder errors = new StringBuilder();
    Thread drain =
        Thread.ofPlatform().daemon().start(() -> collect(process.getErrorStream(), errors));
    try {
      return reader.read(process);
    } catch (IOException e) {
      throw failure(ssh, url, late.get(), waitFor(drain, errors), e);
    } finally {
      process.destroy();
      watch.interrupt();
    }
  }

  /** Reads an answer to its end. An empty answer or a failed command is an IOException. */
  static String all(Process process) throws IOException {
    byte[] bytes = process.getInputStream().readNBytes(MOST_ANSWER_BYTES);
    try {
      if (bytes.length == 0 || !process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("no answer");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static SourceException failure(
      OpenSsh ssh, RepoUrl.Ssh url, boolean late, String errors, IOException cause) {
    if (late) {
      return new SourceException(
          Reason.UNREACHABLE,
          "Git server timeout",
          url + " has not answered for " + PATIENCE.toSeconds() + " seconds. Try again later.");
    }
    String reason = errors.isBlank() ? String.valueOf(cause.getMessage()) : errors;
    return SshFailure.explain(url, reason, ssh);
  }

  private static void endWhenLate(Process process, AtomicBoolean late) {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        late.set(true);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // The answer has arrived: the watch ends.
    }
  }

  private static void collect(InputStream stream, StringBuilder errors) {
    try (stream) {
      byte[] bytes = stream.readNBytes(MOST_ERROR_BYTES);
      synchronized (errors) {
        errors.append(new String(bytes, StandardCharsets.UTF_8));
      }
      stream.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The process has ended: use what was read.
    }
  }

  /**
   * Waits for ssh's error output, which ssh writes before it ends. The wait is short, because a
   * child process may keep the pipe open.
   */
  private static String waitFor(Thread drain, StringBuilder errors) {
    try {
      drain.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (errors) {
      return errors.toString();
    }
  }

  /** Quotes a path for the server's shell as git does; csh would expand an exclamation mark. */
  static String quoted(String path) {
    return "'" + path.replace("'", "'\\''").replace("!", "'\\!'") + "'";
  }
}
