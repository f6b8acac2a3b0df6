// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.model.Diagnostic;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The message of a run that does not go to something newer. */
public final class WaitNotice {
  private static final int MOST_NAMES = 5;
  private static final String STATUS = "reconcile fleet status";
  private static final String RESUME = "reconcile fleet resume";

  private final Situation situation;
  private final String host;

  private WaitNotice(Situation situation) {
    this.situation = situation;
    this.host = situation.self().host();
  }

  /**
   * Returns the message of a run that waits: a notice, or an error if this host gets no slot before
   * an administrator has acted.
   *
   * @param situation what the run knows at the end of its questions
   */
  public static Diagnostic of(WaitReason reason, Situation situation) {
    WaitNotice notice = new WaitNotice(situation);
    String detail = notice.detail(reason);
    Diagnostic diagnostic =
        switch (reason) {
          case NO_RECORD, SHARED_NAME -> Diagnostic.error(reason.summary(), detail);
          case SLOTS, RAMP, STEP, MIRROR, REWOUND, AHEAD, FAILED_HERE, CANARIES, HELD, FAILED ->
              Diagnostic.notice(reason.summary(), detail);
        };
    return notice.command(reason).map(diagnostic::withCommand).orElse(diagnostic);
  }

  /** Returns the message of a plan whose apply would not wait. */
  public static Diagnostic ofTurn(int release, Revisions revisions) {
    return Diagnostic.notice(
        "It is this host's turn",
        "%s is next on this host: an apply takes it now."
            .formatted(name(release, revisions.commit())));
  }

  /** Returns the sentences about a group without a gate, also to a host whose group is misspelt. */
  public static String noGroup(String group) {
    return """
    The group %s was never started, or its engine was wiped. If this host belongs to another group, \
    correct fleet: {group: %s} in the repo, and apply that out of turn.\
    """
        .formatted(group, group);
  }

  private Gate gate() {
    return situation.reading().flatMap(Reading::gate).orElseThrow();
  }

  private boolean hasGate() {
    return situation.reading().flatMap(Reading::gate).isPresent();
  }

  private FleetRelease target() {
    return gate().targetOf(host);
  }

  // A host that has the stable release waits for the one after it.
  private FleetRelease failed() {
    return situation.has().agreesWith(target().revisions()) ? gate().newestRelease() : target();
  }

  private boolean isCandidate() {
    return gate().isCandidate(target().number());
  }

  private String detail(WaitReason reason) {
    return switch (reason) {
      case SLOTS ->
          "%s waits for a slot. %s of %s are taken, by %s."
              .formatted(
                  name(target()),
                  gate().holders().size(),
                  gate().stable().numbers().maxUnavailable(),
                  names(gate().holders().keySet()));
      case RAMP ->
          "%s waits until it has been taken by %s."
              .formatted(name(target()), names(holders(target())));
      case STEP ->
          "%s runs release steps. Only one host of a group does at a time."
              .formatted(names(runningSteps()));
      case MIRROR ->
          """
          This host's copies of the repositories do not have the commits of %s. They are behind, or \
          the branch was rewound. In a fleet, revert a commit instead of rewinding.\
          """
              .formatted(name(target()));
      case REWOUND ->
          """
          Git's newest commit is not after %s. This host's copy is behind, or the branch was \
          rewound. In a fleet, revert a commit instead of rewinding.\
          """
              .formatted(name(gate().newestRelease()));
      case AHEAD ->
          "This host is ahead of %s, or on another branch, so it stays as it is.%s"
              .formatted(
                  name(target()), isCandidate() ? " A canary that is ahead cannot prove it." : "");
      case FAILED_HERE ->
          """
          %s failed on this host. Correct the cause and apply the app again with --only, or wait \
          for a later commit.\
          """
              .formatted(name(target()));
      case CANARIES ->
          "%s is tried on %s. A later commit is next."
              .formatted(name(gate().newestRelease()), names(gate().canaries()));
      case HELD ->
          "%s has halted it. The reason: %s"
              .formatted(
                  gate().held().map(Gate.Held::by).orElse(""),
                  gate().held().map(Gate.Held::why).orElse(""));
      case FAILED ->
          "%s failed on %s. A later commit that corrects it goes on."
              .formatted(name(failed()), names(failedOn(failed())));
      case SHARED_NAME ->
          """
          The machines with the ids %s say that they are %s. Neither gets a slot. Rename one of \
          them, or let the fleet forget the name if one is gone.\
          """
              .formatted(machines(), host);
      case NO_RECORD ->
          hasGate()
              ? """
              What the engine has of the group is older than what this host has seen. Start the \
              group again when no host is at it.\
              """
              : noGroup(group());
    };
  }

  private Optional<String> command(WaitReason reason) {
    return switch (reason) {
      case SLOTS, RAMP, STEP, CANARIES -> Optional.of(STATUS);
      case HELD -> Optional.of(RESUME);
      case FAILED -> gate().isCandidate(failed().number()) ? Optional.empty() : Optional.of(RESUME);
      case AHEAD -> isCandidate() ? Optional.of(RESUME + " --newest") : Optional.empty();
      case MIRROR, REWOUND, FAILED_HERE -> Optional.empty();
      case SHARED_NAME ->
          Optional.of("reconcile fleet skip " + Diagnostic.word(host) + " --forget");
      case NO_RECORD -> Optional.of("reconcile fleet start" + (hasGate() ? " --again" : ""));
    };
  }

  private String group() {
    return situation.record().engine().map(EngineAddress::group).orElse("");
  }

  private String machines() {
    return String.join(" and ", situation.reading().flatMap(Reading::row).orElseThrow().machines());
  }

  private Collection<String> failedOn(FleetRelease release) {
    return gate().failed().entrySet().stream()
        .filter(one -> one.getValue() == release.number())
        .map(Map.Entry::getKey)
        .toList();
  }

  private Collection<String> holders(FleetRelease release) {
    return gate().holders().entrySet().stream()
        .filter(one -> one.getValue().release() == release.number())
        .map(Map.Entry::getKey)
        .toList();
  }

  private Collection<String> runningSteps() {
    return gate().holders().entrySet().stream()
        .filter(one -> one.getValue().step())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String name(FleetRelease release) {
    return name(release.number(), release.revisions().commit());
  }

  private static String name(int release, String commit) {
    // %d loads the number formats of all languages, which takes longer than reading the gate
    return "Release %s (%s)".formatted(release, Revisions.shortened(commit));
  }

  private static String names(Collection<String> hosts) {
    int more = hosts.size() - MOST_NAMES;
    String first = String.join(", ", hosts.stream().limit(MOST_NAMES).toList());
    return more > 0 ? first + " and %s more".formatted(more) : first;
  }
}
