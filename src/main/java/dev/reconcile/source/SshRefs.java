package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks an ssh server where its branches and tags stand: what {@code git ls-remote} does, in git's
 * first protocol, where the server lists everything at once and unasked.
 */
final class SshRefs {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_ERROR_BYTES = 16 << 10;

  private SshRefs() {}

  /**
   * Returns the refs.
   *
   * @throws SourceException UNREACHABLE or NOT_A_REPO, within a minute or so at the latest
   */
  static Refs read(OpenSsh ssh, RepoUrl.Ssh url) throws SourceException {
    Process process = ssh.start(url, "git-upload-pack " + quoted(url.path()), Map.of());
    AtomicBoolean late = new AtomicBoolean();
    Thread watch = Thread.ofPlatform().daemon().start(() -> endWhenLate(process, late));
    StringBuilder errors = new StringBuilder();
    Thread drain =
        Thread.ofPlatform().daemon().start(() -> collect(process.getErrorStream(), errors));
    try {
      Refs refs = RefAdvertisement.read(new BufferedInputStream(process.getInputStream()));
      process.getOutputStream().write("0000".getBytes(StandardCharsets.US_ASCII)); // "that is all"
      process.getOutputStream().close();
      return refs;
    } catch (IOException e) {
      throw failure(ssh, url, late.get(), waitFor(drain, errors), e);
    } finally {
      process.destroy();
      watch.interrupt();
    }
  }

  private static SourceException failure(
      OpenSsh ssh, RepoUrl.Ssh url, boolean late, String errors, IOException cause) {
    if (late) {
      return new SourceException(
          Reason.UNREACHABLE,
          "The git server is too slow",
          url + " has not answered for " + PATIENCE.toSeconds() + " seconds. Try again later.");
    }
    String said = errors.isBlank() ? String.valueOf(cause.getMessage()) : errors;
    return SshFailure.explain(url, said, ssh);
  }

  private static void endWhenLate(Process process, AtomicBoolean late) {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        late.set(true);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // The answer is there: nothing to watch any more.
    }
  }

  private static void collect(InputStream stream, StringBuilder errors) {
    try (stream) {
      byte[] bytes = stream.readNBytes(MOST_ERROR_BYTES);
      synchronized (errors) {
        errors.append(new String(bytes, StandardCharsets.UTF_8));
      }
      stream.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The process was ended: what has been read must do.
    }
  }

  /** ssh writes its reason before it ends; a child that keeps the pipe open must not hold us up. */
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

  /** Quotes for the server's shell as git does; csh would expand an exclamation mark. */
  private static String quoted(String path) {
    return "'" + path.replace("'", "'\\''").replace("!", "'\\!'") + "'";
  }
}
