// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Optional;

/** The key {@code release}: the commands that run once before a revision goes live. */
final class ReleaseSection {
  static final Key<Boolean> STOP =
      Key.flag("stop", false, "whether the app is stopped until its new revision starts");

  private static final CommandSection COMMANDS = new CommandSection("a release step", "10m", STOP);

  static final Key<Optional<Value>> RELEASE =
      Key.section(
              "release",
              COMMANDS.schema(),
              "the release steps: commands that run once before a new revision goes live")
          .more(
              """
              A step must be repeatable. [Release steps](apps.md#release-steps) describes when a \
              step runs. It cannot be combined with `source.path`.\
              """)
          .example("flask --app shop db upgrade");

  private final Declarations mistakes;

  ReleaseSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the release steps, in order. */
  List<ReleaseStep> decode(Table app, App.Source source) {
    if (source instanceof App.Source.Existing && app.has(RELEASE)) {
      mistakes.error(
          app.origin(RELEASE),
          "Release step without a managed source",
          """
          reconcile does not deploy the code of source.path, so no revision of it goes live. Use \
          source.git or source.folder, or run the command yourself.\
          """);
    }
    return app.items(RELEASE).stream()
        .flatMap(value ->
            COMMANDS
                .command(value, mistakes)
                .map(command -> new ReleaseStep(command, Table.of(value).get(STOP)))
                .stream())
        .toList();
  }
}
