package dev.reconcile.plan;

import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Severity;
import dev.reconcile.model.State;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The apps that are held. A revision that failed its health check is not tried again until the
 * app's desired state changes, or a person names the app with --only.
 */
final class HeldApps {
  private final DesiredState desired;
  private final State memory;
  private final PlanOptions options;

  HeldApps(DesiredState desired, State memory, PlanOptions options) {
    this.desired = desired;
    this.memory = memory;
    this.options = options;
  }

  /** Returns app to reason: those of {@code faults} and those in quarantine. */
  SortedMap<String, Diagnostic> with(SortedMap<String, Diagnostic> faults) {
    SortedMap<String, Diagnostic> held = new TreeMap<>(faults);
    for (Map.Entry<String, Quarantine> entry : memory.trials().quarantine().entrySet()) {
      String app = entry.getKey();
      if (desired.apps().contains(app)
          && !options.only().contains(app)
          && entry.getValue().digest().equals(Digests.ofApp(desired, app))) {
        held.putIfAbsent(app, quarantined(app, entry.getValue()));
      }
    }
    return held;
  }

  private static Diagnostic quarantined(String app, Quarantine quarantine) {
    return new Diagnostic(
        Severity.WARNING,
        "App in quarantine",
        """
        %s is held since run %s: %s. This revision is retried when the app \
        changes, or with --only %s.\
        """
            .formatted(app, quarantine.run(), quarantine.reason(), app),
        Optional.empty());
  }
}
