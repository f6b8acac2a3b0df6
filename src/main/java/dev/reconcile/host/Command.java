package dev.reconcile.host;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A program to run, without a shell.
 *
 * @param argv the program and its arguments
 * @param directory where it runs, empty for the root directory
 * @param environment variables beyond the fixed few every command gets
 * @param timeout how long it may take before it is killed
 */
public record Command(
    List<String> argv, String directory, Map<String, String> environment, Duration timeout) {
  public Command {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /** A quick command. */
  public static Command of(String... argv) {
    return new Command(List.of(argv), "", Map.of(), Duration.ofSeconds(90));
  }

  /** The same with {@code limit} instead of the usual time. */
  public Command within(Duration limit) {
    return new Command(argv, directory, environment, limit);
  }

  /** The command as a person would type it, for messages. */
  public String text() {
    return String.join(" ", argv);
  }
}
