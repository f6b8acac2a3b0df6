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
 * Which apps stay as they are. A revision that did not come up is not tried again until the app's
 * desired state is another one, or a person names the app with --only.
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

  /** Those of {@code faults} and those in quarantine: app to reason. */
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
        "An app is in quarantine",
        app
            + " stays as it is since run "
            + quarantine.run()
            + ": "
            + quarantine.reason()
            + ". This revision is retried when the app changes, or with --only "
            + app
            + ".",
        Optional.empty());
  }
}
