// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Release;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.plan.PlanOptions.ReleaseMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The release steps that are due: those of a desired revision whose digest is not among those that
 * have succeeded on this host. They bring their revision live, so they never run without the
 * restart that follows.
 */
final class DueReleases {
  private final State state;
  private final PlanOptions options;

  DueReleases(State state, PlanOptions options) {
    this.state = state;
    this.options = options;
  }

  /** Returns the release that a handler runs; empty if it is another handler. */
  static Optional<Release> of(Handler handler) {
    return handler.phase() == Phase.RELEASE
        ? handler.steps().stream()
            .filter(Step.RunRelease.class::isInstance)
            .map(step -> ((Step.RunRelease) step).release())
            .findFirst()
        : Optional.empty();
  }

  /** Returns the commands of an app's release in one text; empty if it has none. */
  static String words(DesiredState desired, String app) {
    return desired.handlers().values().stream()
        .filter(handler -> handler.app().equals(app))
        .flatMap(handler -> of(handler).stream())
        .flatMap(release -> release.commands().stream())
        .map(step -> "\n" + step.stop() + "\0" + String.join("\0", step.words()))
        .collect(Collectors.joining());
  }

  /** Returns why a release is due; empty if it is not. */
  Optional<String> reason(Release release) {
    if (options.releases() == ReleaseMode.NONE
        || state.trials().releasesOf(release.app()).digests().contains(release.digest())) {
      return Optional.empty();
    }
    int count = release.commands().size();
    String steps = count == 1 ? "1 step" : count + " steps";
    return Optional.of(
        options.releases() == ReleaseMode.SKIP
            ? "recorded as done, not run"
            : steps + " not run for this revision" + (release.stops() ? ", stops the app" : ""));
  }

  /** Returns the actions of a handler that runs a release. */
  List<PhasedStep> actions(Release release) {
    return List.of(
        new PhasedStep(
            Phase.RELEASE,
            options.releases() == ReleaseMode.SKIP
                ? new Step.SkipRelease(release)
                : new Step.RunRelease(release)));
  }

  /** Returns the notices about the releases of a plan. */
  static List<Diagnostic> notices(List<PendingHandler> due) {
    return due.stream()
        .flatMap(pending -> pending.actions().stream())
        .filter(
            action -> action.step() instanceof Step.RunRelease(Release release) && release.stops())
        .map(action -> stopped(((Step.RunRelease) action.step()).release().app()))
        .toList();
  }

  private static Diagnostic stopped(String app) {
    return Diagnostic.notice(
        "App stopped by its release step",
        """
        %s is stopped from this step on until its new revision starts. Requests wait for it. \
        nginx answers 504 to a request that waits longer than its read timeout.\
        """
            .formatted(app));
  }
}
