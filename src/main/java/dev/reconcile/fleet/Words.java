// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.FleetRecord.Soak;
import dev.reconcile.fleet.FleetTurn.Examine;
import dev.reconcile.fleet.FleetTurn.Save;
import dev.reconcile.fleet.FleetTurn.Wait;
import dev.reconcile.fleet.Word.Outcome;
import java.util.List;
import java.util.Optional;

/** What a host has to say to its group, and the soak after which a canary says more. */
final class Words {
  private final FleetRules rules;

  /**
   * @param rules the rules of the group
   */
  Words(FleetRules rules) {
    this.rules = rules;
  }

  /**
   * Returns what a run does next that has a word to say. The word is said once nothing would change
   * by saying it again.
   */
  FleetTurn deliver(Situation s, Reading reading) {
    if (Turns.isTooOld(s, reading)) {
      return new Wait(WaitReason.NO_RECORD);
    }
    Word word = s.record().word().orElseThrow();
    Gate gate = reading.gate().orElseThrow();
    Gate reported = rules.report(gate, s.self().host(), word);
    boolean soaks = !word.isFailure() && mustSoak(s, reported, word.release());
    HostRow row = s.row(word.release(), word.commit(), state(word, soaks), word.failures());
    boolean isKnown = reported.equals(gate) && reading.row().filter(row::saysTheSame).isPresent();
    if (!isKnown) {
      return Turns.ask(gate, reported, new Exchange.WriteRow(row));
    }
    FleetRecord said = s.record().said();
    return new Save(soaks ? said.soaking(soak(s, gate)) : said);
  }

  private static HostRow.State state(Word word, boolean soaks) {
    return switch (word.outcome()) {
      case WELL, UNCHANGED, REPAIRED, PROVED -> soaks ? HostRow.State.SOAKING : HostRow.State.WELL;
      case TAKEN_BACK, NOT_PROVED -> HostRow.State.FAILED;
      case UNWELL -> HostRow.State.UNWELL;
    };
  }

  /**
   * Returns what a run does next about a soak; empty while it lasts. The time begins anew after a
   * reboot, as the clock does.
   */
  static Optional<FleetTurn> soaking(Situation s, Soak soak) {
    if (!soak.began().isSameBoot(s.self().now())) {
      Soak anew = new Soak(soak.release(), s.self().now(), soak.time());
      return Optional.of(new Save(s.record().soaking(anew)));
    }
    if (!soak.isOver(s.self().now())) {
      return Optional.empty();
    }
    if (s.examined().isEmpty()) {
      return Optional.of(new Examine(soak));
    }
    List<String> failures = s.examined().get();
    Outcome outcome = failures.isEmpty() ? Outcome.PROVED : Outcome.NOT_PROVED;
    Word word = new Word(soak.release(), s.has().commit(), outcome, failures);
    return Optional.of(new Save(s.record().saying(word)));
  }

  /** Tells whether this host is a canary that has yet to prove a release. */
  static boolean mustSoak(Situation s, Gate gate, int release) {
    String host = s.self().host();
    return gate.isCandidate(release)
        && gate.canaries().contains(host)
        && !gate.proved().contains(host)
        && !gate.skipped().contains(host)
        && !gate.failed().containsKey(host);
  }

  /** Returns the soak that begins now. */
  static Soak soak(Situation s, Gate gate) {
    return new Soak(gate.newestRelease().number(), s.self().now(), gate.stable().numbers().soak());
  }
}
