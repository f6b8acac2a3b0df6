// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands in one container; each ends in time or is an error, even if it leaves children. */
record ContainerExec(DockerClient docker, String containerId, CommandChannel channel) {

  private static final int TIMED_OUT = 124;
  private static final int KILLED = 137;
  private static final Duration KILL_AFTER = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** Thrown when a command did not end in time; carries what it had written until then. */
  static final class TimeoutError extends Exception {
    TimeoutError(Duration limit, String output) {
      super("no end after " + limit.toSeconds() + " s\n" + output);
    }
  }

  Result run(Duration limit, List<String> argv) throws TimeoutError {
    var bounded = new ArrayList<String>();
    bounded.add("timeout");
    bounded.add("--kill-after=" + KILL_AFTER.toSeconds());
    bounded.add(Long.toString(Math.max(1, limit.toSeconds())));
    bounded.addAll(argv);
    long started = System.nanoTime();
    Result result = channel.run(atMost(limit), bounded).orElse(null);
    if (result == null) {
      return alone(limit, bounded);
    }
    return checked(limit, started, result);
  }

  private static Result checked(Duration limit, long started, Result result) throws TimeoutError {
    boolean late = System.nanoTime() - started >= limit.toNanos();
    if (late && (result.exitCode() == TIMED_OUT || result.exitCode() == KILLED)) {
      throw new TimeoutError(limit, result.stdout() + result.stderr());
    }
    return result;
  }

  private Result alone(Duration limit, List<String> bounded) throws TimeoutError {
    String execId =
        docker
            .execCreateCmd(containerId)
            .withAttachStdout(true)
            .withAttachStderr(true)
            .withCmd(bounded.toArray(String[]::new))
            .exec()
            .getId();
    long started = System.nanoTime();
    var output = new Output();
    boolean ended = await(docker.execStartCmd(execId).exec(output), limit);
    Long code = docker.inspectExecCmd(execId).exec().getExitCodeLong();
    if (!ended || code == null) {
      throw new TimeoutError(limit, output.out() + output.err());
    }
    return checked(limit, started, new Result(code.intValue(), output.out(), output.err()));
  }

  private static Duration atMost(Duration limit) {
    return limit.plus(KILL_AFTER).plus(GRACE);
  }

  private static boolean await(Output output, Duration limit) {
    try (output) {
      return output.awaitCompletion(atMost(limit).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a command ran", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Collects both streams; bytes are decoded only when whole, so no character is cut. */
  private static final class Output extends ResultCallback.Adapter<Frame> {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Override
    public void onNext(Frame frame) {
      (frame.getStreamType() == StreamType.STDERR ? err : out).writeBytes(frame.getPayload());
    }

    String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }
  }
}
