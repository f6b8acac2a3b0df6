package dev.reconcile.model;

import java.util.List;
import java.util.Optional;

/**
 * Something that must follow a change: a daemon-reload, a restart, a reload. Handlers are
 * level-triggered: one is due whenever what it should have taken up differs from what it is known
 * to have taken up, so a run killed in between loses nothing.
 *
 * @param id unique and stable, such as {@code restart gunicorn@shop.service}
 * @param phase when it runs
 * @param steps what it does, in order
 * @param covers ids of handlers that are done when this one is
 * @param app the app it belongs to, empty for the host
 * @param rehearsal what comes first if the handler takes up what it has never taken up, and nothing
 *     serves that could be hurt
 * @param seamless another way to do the same, if it must not be felt
 */
public record Handler(
    String id,
    Phase phase,
    List<Step> steps,
    List<String> covers,
    String app,
    List<Step> rehearsal,
    Optional<Seamless> seamless) {
  public Handler {
    steps = List.copyOf(steps);
    rehearsal = List.copyOf(rehearsal);
    covers = List.copyOf(covers);
  }

  /** One that is done the same way whatever runs. */
  public Handler(String id, Phase phase, List<Step> steps, List<String> covers, String app) {
    this(id, phase, steps, covers, app, List.of(), Optional.empty());
  }

  /**
   * How to do it while requests are being served.
   *
   * @param unit serves them now; if it does not run, there is nobody to notice
   * @param actions instead of the usual steps
   * @param alsoDue handlers that must follow
   */
  public record Seamless(String unit, List<PhasedStep> actions, List<String> alsoDue) {
    public Seamless {
      actions = List.copyOf(actions);
      alsoDue = List.copyOf(alsoDue);
    }

    /** Whether requests are led around the unit meanwhile. */
    public boolean diverts() {
      return actions.stream().anyMatch(action -> action.phase() == Phase.DIVERT);
    }
  }
}
