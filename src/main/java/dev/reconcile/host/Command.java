package dev.reconcile.host;

import dev.reconcile.model.Content;
import dev.reconcile.model.NetworkSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program to run, without a shell.
 *
 * @param argv the program and its arguments
 * @param directory where it runs, empty for the root directory
 * @param environment variables beyond the fixed few every command gets
 * @param timeout how long it may take before it is killed
 * @param input what it reads from its standard input
 * @param network how it reaches the network; none for one that has no business there
 */
public record Command(
    List<String> argv,
    String directory,
    Map<String, String> environment,
    Duration timeout,
    Content input,
    NetworkSettings network) {
  private static final Content NOTHING = Content.of("");

  public Command {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /** One that has nothing to read. */
  public Command(
      List<String> argv, String directory, Map<String, String> environment, Duration timeout) {
    this(argv, directory, environment, timeout, NOTHING, NetworkSettings.NONE);
  }

  /** A quick command. */
  public static Command of(String... argv) {
    return new Command(List.of(argv), "", Map.of(), Duration.ofSeconds(90));
  }

  /** The same with {@code limit} instead of the usual time. */
  public Command within(Duration limit) {
    return new Command(argv, directory, environment, limit, input, network);
  }

  /** The same, with {@code bytes} to read. */
  public Command reading(Content bytes) {
    return new Command(argv, directory, environment, timeout, bytes, network);
  }

  /** The same with one more environment variable. */
  public Command with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Command(argv, directory, more, timeout, input, network);
  }

  /** The same, told how the network is reached. */
  public Command over(NetworkSettings settings) {
    return new Command(argv, directory, environment, timeout, input, settings);
  }

  /** The command as a person would type it, for messages. */
  public String text() {
    return String.join(" ", argv);
  }
}
