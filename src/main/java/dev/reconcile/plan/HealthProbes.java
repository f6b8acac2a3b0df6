package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Handler;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import java.util.Optional;

/**
 * What an app is asked to prove that it works. An app whose health check changes is asked anew, but
 * not restarted: what it runs is what it should run.
 */
final class HealthProbes {
  private HealthProbes() {}

  /** In words what {@code app} is asked; empty if nothing is known of it. */
  static String of(DesiredState desired, String app) {
    return desired.handlers().values().stream()
        .filter(handler -> handler.app().equals(app))
        .flatMap(handler -> probe(handler).stream())
        .findFirst()
        .map(HealthProbes::words)
        .orElse("");
  }

  /** The question that a handler only asks; empty if it does something else, too. */
  static Optional<Step.Probe> only(Handler handler) {
    return handler.steps().size() == 1 ? probe(handler) : Optional.empty();
  }

  /**
   * Whether a handler asks what the app has not been asked yet. One that has never answered is
   * restarted, and asked then.
   */
  static boolean isOpen(Handler handler, State memory) {
    Optional<Step.Probe> asked = Optional.ofNullable(memory.trials().probes().get(handler.app()));
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

  // where it is asked, and which log tells more, is among the app's resources
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
