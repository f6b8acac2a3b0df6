// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Release;
import dev.reconcile.model.Step;
import dev.reconcile.plan.PlanOptions.ReleaseMode;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The handlers that are due. A handler is due when something that it loads changes now, when the
 * state does not record that it loaded the present version (a run was killed before it), or when
 * the host reports so.
 */
final class Handlers {
  private static final String RELEASES = "its release steps are due";

  private final DesiredState desired;
  private final LiveState live;
  private final PlanOptions options;
  private final Set<String> held;
  private final DueReleases releases;
  private final Set<String> releasing = new HashSet<>();
  private final Set<String> wanted = new HashSet<>();

  Handlers(DesiredState desired, LiveState live, PlanOptions options, Set<String> held) {
    this.desired = desired;
    this.live = live;
    this.options = options;
    this.held = Set.copyOf(held);
    this.releases = new DueReleases(live.state(), options);
  }

  /** Returns the handlers that follow {@code changes}, in the order in which they run. */
  List<PendingHandler> due(List<PlannedChange> changes) {
    Map<String, String> digests = Digests.byHandler(desired);
    Map<String, String> reasons = new LinkedHashMap<>();
    for (PlannedChange planned : changes) {
      notified(planned.change()).forEach(id -> reasons.putIfAbsent(id, reason(planned.change())));
    }
    live.due().forEach(reasons::putIfAbsent);
    for (Handler handler : desired.handlers().values()) {
      String digest = digests.getOrDefault(handler.id(), "");
      if (!digest.isEmpty() && isOwed(handler, digest)) {
        reasons.putIfAbsent(handler.id(), "not known to have loaded the present version");
      }
      if (isInScope(handler) && isUnasked(handler)) {
        reasons.putIfAbsent(handler.id(), "its health check changes");
      }
    }
    releases(reasons);
    return inOrder(reasons, digests);
  }

  /**
   * Returns the handlers that follow {@code changes}, and those that a person wants to run. A
   * wanted restart is rehearsed, also of a revision that has passed before.
   *
   * @param ids the ids of the wanted handlers
   */
  List<PendingHandler> selected(List<PlannedChange> changes, Set<String> ids) {
    Map<String, String> reasons = new LinkedHashMap<>();
    for (PlannedChange planned : changes) {
      notified(planned.change()).forEach(id -> reasons.putIfAbsent(id, reason(planned.change())));
    }
    ids.forEach(id -> reasons.putIfAbsent(id, "asked for by hand"));
    wanted.addAll(ids);
    return inOrder(reasons, Digests.byHandler(desired));
  }

  private List<PendingHandler> inOrder(Map<String, String> reasons, Map<String, String> digests) {
    addFollowers(reasons);
    return withoutCovered(
        desired.handlers().values().stream()
            .filter(handler -> reasons.containsKey(handler.id()) && !held.contains(handler.app()))
            .map(handler -> due(handler, reasons.getOrDefault(handler.id(), ""), digests))
            .sorted(
                Comparator.comparing((PendingHandler due) -> due.handler().phase())
                    .thenComparing(due -> due.handler().id()))
            .toList());
  }

  private void releases(Map<String, String> reasons) {
    for (Handler handler : desired.handlers().values()) {
      Optional<Release> release = DueReleases.of(handler).filter(_ -> isInScope(handler));
      Optional<String> reason = release.flatMap(releases::reason);
      if (release.isPresent() && reason.isPresent()) {
        reasons.put(handler.id(), reason.get());
        if (options.releases() == ReleaseMode.RUN) {
          releasing.add(handler.app());
          release.get().restarts().forEach(id -> reasons.putIfAbsent(id, RELEASES));
        }
      }
    }
  }

  // If apps are left out, the host's own handlers never load the whole desired state. That such a
  // handler has run once is then enough.
  private boolean isOwed(Handler handler, String digest) {
    Set<String> only = options.only();
    if (handler.app().isEmpty() && !held.isEmpty()) {
      return isUnknown(handler);
    }
    if (only.isEmpty() || only.contains(handler.app())) {
      return !live.state().activation(handler.id()).equals(digest);
    }
    return handler.app().isEmpty() && isUnknown(handler);
  }

  private boolean isInScope(Handler handler) {
    return options.only().isEmpty() || options.only().contains(handler.app());
  }

  // A unit that does not run is started, which includes the health check.
  private boolean isUnasked(Handler handler) {
    return HealthProbes.isOpen(handler, live.state())
        && HealthProbes.only(handler).filter(probe -> isRunning(probe.unit())).isPresent();
  }

  private boolean isUnknown(Handler handler) {
    return !live.state().activations().containsKey(handler.id());
  }

  private PendingHandler due(Handler handler, String reason, Map<String, String> digests) {
    // The resources of apps that are left out are not made, so the digest of the whole is not
    // recorded.
    boolean partial = (!options.only().isEmpty() || !held.isEmpty()) && handler.app().isEmpty();
    SortedMap<String, String> activations = new TreeMap<>();
    activations.put(handler.id(), partial ? "" : digests.getOrDefault(handler.id(), ""));
    handler.covers().forEach(id -> activations.put(id, digests.getOrDefault(id, "")));
    activations.keySet().removeIf(id -> !digests.containsKey(id));
    return new PendingHandler(
        handler, reason, actions(handler, digests.getOrDefault(handler.id(), "")), activations);
  }

  private List<PhasedStep> actions(Handler handler, String digest) {
    Optional<Release> release = DueReleases.of(handler);
    return release.isPresent() ? releases.actions(release.get()) : restart(handler, digest);
  }

  private List<PhasedStep> restart(Handler handler, String digest) {
    return handler
        .seamless()
        .filter(seamless -> isRunning(seamless.unit()))
        .filter(seamless -> !seamless.isForRehearsal() || !isProven(handler, digest))
        .map(Handler.Seamless::actions)
        .orElseGet(() -> plainly(handler, digest));
  }

  private List<PhasedStep> plainly(Handler handler, String digest) {
    boolean serves = handler.seamless().filter(seamless -> isRunning(seamless.unit())).isPresent();
    List<Step> first = serves || isProven(handler, digest) ? List.of() : handler.rehearsal();
    return Stream.concat(first.stream(), handler.steps().stream())
        .map(step -> new PhasedStep(phase(handler, step), step))
        .toList();
  }

  // The processes of all apps begin to restart before any is waited for.
  private static Phase phase(Handler handler, Step step) {
    return step instanceof Step.ControlProcess part ? part.verb().phase() : handler.phase();
  }

  // A revision that is only repaired has passed before and needs no rehearsal. After its release
  // steps it meets other data.
  private boolean isProven(Handler handler, String digest) {
    return !digest.isEmpty()
        && !releasing.contains(handler.app())
        && !wanted.contains(handler.id())
        && live.state().activation(handler.id()).equals(digest);
  }

  private boolean isRunning(String unit) {
    return live.at(UnitKind.address(unit)) instanceof Live.Present present
        && present.spec() instanceof UnitKind.Spec(boolean running)
        && running;
  }

  // Traffic that was diverted around an app must be led back to it. Around a held app, none is.
  private void addFollowers(Map<String, String> reasons) {
    for (String id : List.copyOf(reasons.keySet())) {
      Optional.ofNullable(desired.handlers().get(id))
          .filter(handler -> !held.contains(handler.app()))
          .flatMap(Handler::seamless)
          .filter(seamless -> isRunning(seamless.unit()))
          .ifPresent(seamless ->
              seamless
                  .alsoDue()
                  .forEach(also -> reasons.putIfAbsent(also, "its requests are led back to it")));
    }
  }

  private static List<PendingHandler> withoutCovered(List<PendingHandler> due) {
    Set<String> covered = new HashSet<>();
    due.forEach(pending -> covered.addAll(pending.handler().covers()));
    return due.stream().filter(pending -> !covered.contains(pending.handler().id())).toList();
  }

  private static List<String> notified(Change change) {
    Kind<?> kind = Kinds.named(change.address().kind());
    return kind.notifies(change) ? ChangeLabels.notifies(change) : List.of();
  }

  private static String reason(Change change) {
    String verb =
        switch (change) {
          case Change.Create c -> " is new";
          case Change.Update u -> " changes";
          case Change.TakeOver t -> " is taken over";
          case Change.Delete d -> " goes";
        };
    return change.address() + verb;
  }
}
