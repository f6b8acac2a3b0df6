// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;
import java.util.Optional;

/**
 * An action that must follow a change, such as a daemon-reload, a restart or a reload. Handlers are
 * level-triggered: a handler is due whenever the state on disk differs from the state that its
 * service last loaded, so a killed run loses no handler.
 *
 * @param id unique and stable, such as {@code restart gunicorn@shop.service}
 * @param phase the phase in which it runs
 * @param steps its steps, in order
 * @param covers ids of handlers that need not run when this one has run
 * @param app the app that it belongs to; empty for the host
 * @param rehearsal the steps that run first if the service is to load a state that it never loaded,
 *     and no serving instance can be affected
 * @param seamless an alternative without downtime, if there is one
 */
public record Handler(
    String id,
    Phase phase,
    List<Step> steps,
    List<String> covers,
    String app,
    List<Step> rehearsal,
    Optional<Seamless> seamless) {
  /** The beginning of the ids of handlers that only check the health of an app. */
  public static final String CHECK = "check ";

  /**
   * The beginning of the ids of handlers after which nginx serves the new certificate of an app.
   */
  public static final String CERTIFICATE = "reload nginx with the certificate of ";

  public Handler {
    steps = List.copyOf(steps);
    rehearsal = List.copyOf(rehearsal);
    covers = List.copyOf(covers);
  }

  /** Creates a handler without rehearsal and alternative. */
  public Handler(String id, Phase phase, List<Step> steps, List<String> covers, String app) {
    this(id, phase, steps, covers, app, List.of(), Optional.empty());
  }

  /**
   * The alternative without downtime, for use while requests are being served.
   *
   * @param unit the unit that serves requests; if it does not run, the alternative is not needed
   * @param actions the actions that replace the handler's steps
   * @param alsoDue ids of handlers that must follow
   */
  public record Seamless(String unit, List<PhasedStep> actions, List<String> alsoDue) {
    public Seamless {
      actions = List.copyOf(actions);
      alsoDue = List.copyOf(alsoDue);
    }

    /**
     * Tells whether the alternative only rehearses before the restart. If it also diverts requests,
     * or stops a timer whose times change, a revision that is proven needs it too.
     */
    public boolean isForRehearsal() {
      return actions.stream()
          .map(PhasedStep::phase)
          .noneMatch(
              phase -> phase == Phase.DIVERT || phase == Phase.LEAD || phase == Phase.DISABLE);
    }
  }
}
