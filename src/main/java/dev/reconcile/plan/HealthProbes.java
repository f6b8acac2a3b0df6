// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Handler;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import java.util.Optional;

/**
 * The health checks of apps. An app whose health check changes is checked again, but not restarted:
 * it already runs what it should run.
 */
final class HealthProbes {
  private HealthProbes() {}

  /** Returns the health check of {@code app} in words; empty if none is known. */
  static String of(DesiredState desired, String app) {
    return desired.handlers().values().stream()
        .filter(handler -> handler.app().equals(app))
        .flatMap(handler -> probe(handler).stream())
        .findFirst()
        .map(HealthProbes::words)
        .orElse("");
  }

  /** Returns the health check of a handler that does nothing else; empty for any other handler. */
  static Optional<Step.Probe> only(Handler handler) {
    return handler.steps().size() == 1 ? probe(handler) : Optional.empty();
  }

  /**
   * Returns whether a handler performs a check that the app has not passed yet. An app that has
   * never answered is restarted, which includes the check.
   */
  static boolean isOpen(Handler handler, State state) {
    Optional<Step.Probe> asked = Optional.ofNullable(state.trials().probes().get(handler.app()));
    return only(handler).isPresent()
        && asked.isPresent()
        && !words(asked.get()).equals(only(handler).map(HealthProbes::words).orElse(""));
  }

  private static Optional<Step.Probe> probe(Handler handler) {
    return handler.steps().stream()
        .filter(Step.AwaitHealth.class::isInstance)
        .map(step -> ((Step.AwaitHealth) step).probe())
        .findFirst();
  }

  // The address and the log are among the app's resources, so they do not count here.
  private static String words(Step.Probe probe) {
    return String.join(
        "\n",
        probe.path(),
        probe.host(),
        String.valueOf(probe.least()),
        String.valueOf(probe.most()),
        String.valueOf(probe.timeout()));
  }
}
