// SPDX-License-Identifier: Apache-2.0
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
 * @param directory the working directory, empty for the root directory
 * @param environment the variables in addition to those of {@link ChildEnvironment}
 * @param timeout the time after which the program is killed
 * @param input the standard input
 * @param network the network settings; none for a program that does not use the network
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

  /** Creates a command with an empty standard input and without network settings. */
  public Command(
      List<String> argv, String directory, Map<String, String> environment, Duration timeout) {
    this(argv, directory, environment, timeout, NOTHING, NetworkSettings.NONE);
  }

  /** Creates a command with a timeout of 90 seconds. */
  public static Command of(String... argv) {
    return new Command(List.of(argv), "", Map.of(), Duration.ofSeconds(90));
  }

  /** Returns the command with the timeout {@code limit}. */
  public Command within(Duration limit) {
    return new Command(argv, directory, environment, limit, input, network);
  }

  /** Returns the command with {@code bytes} as its standard input. */
  public Command reading(Content bytes) {
    return new Command(argv, directory, environment, timeout, bytes, network);
  }

  /** Returns the command with an additional environment variable. */
  public Command with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Command(argv, directory, more, timeout, input, network);
  }

  /** Returns the command with network settings. */
  public Command over(NetworkSettings settings) {
    return new Command(argv, directory, environment, timeout, input, settings);
  }

  /** Returns the command as a user would type it, for messages. */
  public String text() {
    return String.join(" ", argv);
  }
}
