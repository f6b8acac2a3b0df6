// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.Word.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a host keeps on its disk about its turns, in {@code /var/lib/reconcile/fleet.json}.
 *
 * <p>Invariant: the grant is here before the first change that it allows, and a word is here until
 * the engine has it. So a run that is killed at any instruction is completed by the next one.
 *
 * @param engine the engine and the group to which all the rest belongs; empty before the first ask
 * @param seen the newest gate that this host has seen
 * @param taken the number of the release that this host has; 0 for none
 * @param failed the number of the release that failed on this host and was not forgiven; 0 for none
 * @param needed the number of the release whose plan for this host has changes; 0 for none
 * @param asked whether a slot was asked for with which this host has not begun; the answer may be
 *     lost
 * @param grant the slot with which the host has begun
 * @param word what the engine must be told
 * @param soak the time for which a canary must stay well
 * @param applied what this host was through with last, also if an app of it was taken back
 * @param tried the release that this host had a slot for, and did not get through; an administrator
 *     may apply it again with {@code --only}
 */
public record FleetRecord(
    Optional<EngineAddress> engine,
    Optional<Seen> seen,
    int taken,
    int failed,
    int needed,
    boolean asked,
    Optional<Grant> grant,
    Optional<Word> word,
    Optional<Soak> soak,
    Optional<Applied> applied,
    Optional<Applied> tried) {
  /** The record of a host that has never asked. */
  public static final FleetRecord EMPTY =
      new FleetRecord(
          Optional.empty(),
          Optional.empty(),
          0,
          0,
          0,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /**
   * The revisions of a run that went through all apps.
   *
   * @param release the number of the release; 0 for revisions that are none of the group
   * @param revisions the revisions, with the commit of each source of this host
   */
  public record Applied(int release, Revisions revisions) {}

  /**
   * A slot with which this host has begun.
   *
   * @param release the number of the release
   * @param revisions the revisions of the release
   * @param isRepair whether the host only repairs what it has, with a release step
   * @param isUnwell whether the release has failed here and something does not answer
   */
  public record Grant(int release, Revisions revisions, boolean isRepair, boolean isUnwell) {}

  /**
   * The time for which a canary must stay well.
   *
   * @param release the number of the candidate
   * @param began the moment at which it began
   * @param time its length
   */
  public record Soak(int release, Moment began, Duration time) {
    /** Tells whether the time is over. */
    boolean isOver(Moment now) {
      return began.isPast(time, now);
    }
  }

  /** Tells whether a run was ended half-way: the next one completes or takes back. */
  public boolean isHalfWay() {
    return grant.isPresent() && !isUnwell() && word.isEmpty();
  }

  /** Tells whether something did not answer when this host last spoke; it keeps its slot. */
  public boolean isUnwell() {
    return grant.isPresent() && grant.get().isUnwell();
  }

  /**
   * Returns the record for runs with this engine. Another group knows nothing of what was said in
   * the former one, which keeps the record until it has the last word: the commit that moves a host
   * to another group is rolled out in the former one. Other endpoints of the same group may be
   * another cluster with a copy of it.
   */
  public FleetRecord with(EngineAddress address) {
    boolean isOther = engine.isPresent() && !engine.get().group().equals(address.group());
    boolean owes = grant.isPresent() || word.isPresent() || soak.isPresent();
    if ((isOther && owes) || engine.equals(Optional.of(address))) {
      return this;
    }
    return (isOther ? EMPTY : this).changed(draft -> draft.engine = Optional.of(address));
  }

  /** Returns the record after a look at a gate. */
  FleetRecord seeing(Seen newest) {
    return changed(draft -> draft.seen = Optional.of(newest));
  }

  /** Returns the record after a plan for a release had changes. */
  FleetRecord needing(int release) {
    return changed(draft -> draft.needed = release);
  }

  /** Returns the record before a slot is asked for, or after it is sure that there is none. */
  FleetRecord asking(boolean now) {
    return changed(draft -> draft.asked = now);
  }

  /** Returns the record with the beginning of a soak. */
  FleetRecord soaking(Soak begun) {
    return changed(draft -> draft.soak = Optional.of(begun));
  }

  /** Returns the record of a host that begins with its first change under a slot. */
  public FleetRecord begun(Grant with) {
    return changed(draft -> {
      draft.asked = false;
      draft.grant = Optional.of(with);
      draft.soak = Optional.empty();
      draft.tried = with.isRepair() ? tried : Optional.empty();
    });
  }

  /** Returns the record with a word; an outcome of a release takes the place of its grant's end. */
  public FleetRecord saying(Word next) {
    return changed(draft -> draft.word = Optional.of(next));
  }

  /** Returns the record after the engine has the word. */
  FleetRecord said() {
    Word done = word.orElseThrow();
    boolean has = done.outcome() == Outcome.WELL || done.outcome() == Outcome.UNCHANGED;
    int stillFailed = failed <= done.release() ? 0 : failed;
    return changed(draft -> {
      if (has) {
        draft.taken = done.release();
        draft.needed = 0;
        draft.tried = Optional.empty();
      }
      draft.failed = done.isFailure() ? done.release() : stillFailed;
      draft.grant = remaining(done);
      draft.word = Optional.empty();
      draft.soak = Optional.empty();
    });
  }

  /** Returns the record of a host that is through with revisions. */
  public FleetRecord through(int release, Revisions revisions) {
    return changed(draft -> {
      draft.applied = Optional.of(new Applied(release, revisions));
      draft.tried = Optional.empty();
    });
  }

  /** Returns the record of a host that was not through with the release that it had a slot for. */
  public FleetRecord trying(Grant with) {
    return changed(
        draft -> draft.tried = Optional.of(new Applied(with.release(), with.revisions())));
  }

  /**
   * Returns the release that an administrator may apply again: the one that failed on this host,
   * which is still at the one before.
   */
  public Optional<Applied> untaken() {
    int release = isUnwell() ? grant.orElseThrow().release() : failed;
    return tried.filter(one -> release > 0 && one.release() == release);
  }

  /** Tells whether a later run has something to do for the group, although nothing is newer. */
  public boolean owes() {
    return asked || grant.isPresent() || word.isPresent() || soak.isPresent();
  }

  // A host that is unwell keeps its slot, and knows it. A soak is no turn, and ends none.
  private Optional<Grant> remaining(Word done) {
    return switch (done.outcome()) {
      case UNWELL ->
          grant.map(one -> new Grant(one.release(), one.revisions(), one.isRepair(), true));
      case PROVED, NOT_PROVED -> grant;
      case WELL, UNCHANGED, REPAIRED, TAKEN_BACK -> Optional.empty();
    };
  }

  private FleetRecord changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.record();
  }

  /** A copy of a record that a method changes. */
  private static final class Draft {
    private Optional<EngineAddress> engine;
    private Optional<Seen> seen;
    private int taken;
    private int failed;
    private int needed;
    private boolean asked;
    private Optional<Grant> grant;
    private Optional<Word> word;
    private Optional<Soak> soak;
    private Optional<Applied> applied;
    private Optional<Applied> tried;

    Draft(FleetRecord of) {
      this.engine = of.engine;
      this.seen = of.seen;
      this.taken = of.taken;
      this.failed = of.failed;
      this.needed = of.needed;
      this.asked = of.asked;
      this.grant = of.grant;
      this.word = of.word;
      this.soak = of.soak;
      this.applied = of.applied;
      this.tried = of.tried;
    }

    FleetRecord record() {
      return new FleetRecord(
          engine, seen, taken, failed, needed, asked, grant, word, soak, applied, tried);
    }
  }
}
