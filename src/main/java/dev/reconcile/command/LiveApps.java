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

  /**
   * Returns the app that the first word of a command names.
   *
   * @param purpose what the command does to the app, in words
   * @throws CommandFailed if the word is missing or no such app is on this host
   */
  static String named(Invocation invocation, State state, String purpose, String help)
      throws CommandFailed {
    if (invocation.words().isEmpty()) {
      throw Invocation.usage("No app named", "Name the app %s.".formatted(purpose))
          .suggesting(help);
    }
    String app = invocation.words().getFirst();
    NavigableSet<String> apps = new TreeSet<>();
    state.owned().values().stream().map(OwnedResource::app).forEach(apps::add);
    apps.remove("");
    if (!apps.contains(app)) {
      throw Invocation.usage(
          "No such app",
          "This host has no app %s.%s".formatted(app, Suggestion.sentence(app, apps)));
    }
    return app;
  }
}
