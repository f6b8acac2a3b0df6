// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.time.Duration;
import java.util.List;

/**
 * The release steps of an app: the commands that run once before a revision goes live.
 *
 * @param app the app
 * @param identity the text on which it depends whether the steps are due: tree, virtualenv,
 *     variables, secrets and commands
 * @param digest the digest of the identity with the host's key; empty if the host has no key yet
 * @param commands the commands, in order; at least one
 * @param sandbox the sandbox of the app
 * @param venv the virtualenv of the revision
 * @param restarts the ids of the handlers that bring the revision live
 */
public record Release(
    String app,
    Content identity,
    String digest,
    List<Command> commands,
    AppSandbox sandbox,
    String venv,
    List<String> restarts) {
  /** The id of the handler that runs the steps, without the app's name. */
  public static final String HANDLER = "release ";

  public Release {
    commands = List.copyOf(commands);
    restarts = List.copyOf(restarts);
  }

  /**
   * A release step.
   *
   * @param words the program and its arguments
   * @param timeout the time after which all its processes are killed
   * @param stop whether the app is stopped meanwhile, and until the new revision starts
   * @param place where the step is declared, in words
   */
  public record Command(List<String> words, Duration timeout, boolean stop, String place) {
    public Command {
      words = List.copyOf(words);
    }
  }

  /** Tells whether a step stops the app. */
  public boolean stops() {
    return commands.stream().anyMatch(Command::stop);
  }
}
