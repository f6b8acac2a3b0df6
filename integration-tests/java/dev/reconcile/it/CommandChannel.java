// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * A process in one container that runs commands there, one after the other ({@code
 * image/commands.py}). A command costs much less in it than by a "docker exec" of its own.
 */
final class CommandChannel implements AutoCloseable {
  private static final int KILLED = 137;
  private static final ScheduledExecutorService WATCH =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  private final String containerId;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Open> channel = Optional.empty();

  CommandChannel(String containerId) {
    this.containerId = containerId;
  }

  /** The process with its ends. */
  private record Open(Process process, BufferedWriter requests, BufferedReader answers) {}

  /**
   * Runs a command; empty if another thread uses the channel. One that does not end in time ends
   * the channel.
   */
  Optional<Result> run(Duration atMost, List<String> argv) {
    if (!lock.tryLock()) {
      return Optional.empty();
    }
    try {
      Open open = open();
      ScheduledFuture<?> end =
          WATCH.schedule(open.process::destroyForcibly, atMost.toMillis(), TimeUnit.MILLISECONDS);
      open.requests.write(
          argv.stream().map(CommandChannel::encoded).collect(Collectors.joining(" ", "", "\n")));
      open.requests.flush();
      String answer = open.answers.readLine();
      end.cancel(false);
      if (answer == null) { // the host went down meanwhile
        close();
        return Optional.of(new Result(KILLED, "", ""));
      }
      List<String> parts = List.of(answer.split(" \\.", -1));
      return Optional.of(
          new Result(Integer.parseInt(parts.get(0)), decoded(parts.get(1)), decoded(parts.get(2))));
    } catch (IOException e) {
      close();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  // an empty word is a word, too
  private static String encoded(String word) {
    return "." + Base64.getEncoder().encodeToString(word.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private Open open() throws IOException {
    if (channel.isEmpty() || !channel.get().process.isAlive()) {
      Process process =
          new ProcessBuilder("docker", "exec", "-i", containerId, "python3", "/srv/commands.py")
              .redirectError(Redirect.INHERIT)
              .start();
      channel =
          Optional.of(
              new Open(
                  process,
                  process.outputWriter(StandardCharsets.US_ASCII),
                  process.inputReader(StandardCharsets.US_ASCII)));
    }
    return channel.get();
  }

  /** Ends the process; the next command starts another one. */
  @Override
  public void close() {
    channel.ifPresent(open -> open.process.destroy());
    channel = Optional.empty();
  }
}
