// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.App.Source;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The key {@code build}: the commands that complete an app's code, alone or with their variables.
 */
final class BuildSection {
  private static final String LIMIT = "30m";
  private static final String STEP = "a build step";
  private static final CommandSection STEPS = new CommandSection(STEP, LIMIT);

  static final Key<Optional<Value>> RUN =
      Key.section("run", STEPS.schema(), "the build steps: a command or a list of them");
  static final Key<Map<String, String>> ENV =
      Key.pairs(
              "env", TextFormat.NAME, TextFormat.VALUE, "environment variables of the build alone")
          .more(
              """
              They are added to the `env` of the app. A build gets no `secrets`: set a substitute \
              here.\
              """)
          .example("{SECRET_KEY: build}");
  static final Key<String> TIMEOUT =
      Key.text("timeout", TextFormat.DURATION, LIMIT, "the longest time that each step may take");

  /** The schema of the key. */
  static final Schema SCHEMA =
      Schema.described(
          "a command, a list of commands, or a map with run",
          Key.fields("build", RUN, ENV, TIMEOUT),
          STEPS.schema());

  private final Declarations mistakes;

  BuildSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the build steps of an app's file. */
  BuildSteps decode(Table app, Source source) {
    Optional<Value> value = app.get(AppSection.BUILD);
    BuildSteps steps =
        value.isPresent() && value.get() instanceof Value.Mapping
            ? withVariables(app.table(AppSection.BUILD))
            : new BuildSteps(
                STEPS.decode(app, AppSection.BUILD, mistakes),
                Map.of(),
                app.origin(AppSection.BUILD));
    if (!steps.isEmpty() && source instanceof Source.Existing existing) {
      mistakes.error(
          steps.origin(),
          "Build without a source of its own",
          """
          Build steps run in a tree that reconcile makes of the source, and %s belongs to \
          somebody else (source.path). Use source.git or source.folder, or remove build.\
          """
              .formatted(existing.path()));
    }
    return steps;
  }

  private BuildSteps withVariables(Table build) {
    if (build.isSound() && build.isClearlyWithout(RUN)) {
      mistakes.error(build.origin(), "Command missing", "Add run: and the command.");
    }
    for (Value.Entry variable : build.table(ENV).map().entries()) {
      ExecLimits.checkVariable(variable.key(), variable.value(), mistakes);
    }
    String limit = TextFormat.DURATION.accepts(build.get(TIMEOUT)) ? build.get(TIMEOUT) : LIMIT;
    List<AppCommand> commands = new CommandSection(STEP, limit).decode(build, RUN, mistakes);
    return new BuildSteps(commands, build.get(ENV), build.origin());
  }
}
