// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.State;
import dev.reconcile.model.Suggestion;
import java.util.NavigableSet;
import java.util.TreeSet;

/** The apps that runs have made on this host. */
final class LiveApps {
  private LiveApps() {}

  /** Returns the apps of a state. */
  static NavigableSet<String> of(State state) {
    NavigableSet<String> apps = new TreeSet<>();
    state.owned().values().stream().map(OwnedResource::app).forEach(apps::add);
    apps.remove("");
    return apps;
  }

  /**
   * Returns the first word of a command, which names an app.
   *
   * @param purpose what the command does to the app, in words
   * @throws CommandFailed if the word is missing
   */
  static String word(Invocation invocation, String purpose, String help) throws CommandFailed {
    if (invocation.words().isEmpty()) {
      throw Invocation.usage("No app named", "Name the app %s.".formatted(purpose))
          .suggesting(help);
    }
    return invocation.words().getFirst();
  }

  /**
   * Requires that an app is on this host.
   *
   * @throws CommandFailed if it is not
   */
  static void require(String app, NavigableSet<String> apps) throws CommandFailed {
    if (!apps.contains(app)) {
      throw Invocation.usage(
          "No such app",
          "This host has no app %s.%s".formatted(app, Suggestion.sentence(app, apps)));
    }
  }

  /** Returns the app that the first word of a command names, which is on this host. */
  static String named(Invocation invocation, State state, String purpose, String help)
      throws CommandFailed {
    String app = word(invocation, purpose, help);
    require(app, of(state));
    return app;
  }
}
