// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that a run knows about its turn at some moment.
 *
 * @param self this host
 * @param record what is on its disk
 * @param has the revisions that it has applied last
 * @param newest the commits to which the refs point; empty if git cannot be reached
 * @param isOver whether the run has changed what it had to change
 * @param reading what the engine has; empty before the first question
 * @param fetched what a release of the newest commit would be; empty before it is fetched
 * @param planned the plan for a release; empty before there is one
 * @param prepared the number of the release that is built in new directories; 0 before
 * @param examined what an examination found, a line for each failed app; empty before there was one
 */
public record Situation(
    Self self,
    FleetRecord record,
    Revisions has,
    Optional<Revisions> newest,
    boolean isOver,
    Optional<Reading> reading,
    Optional<Fetched> fetched,
    Optional<Planned> planned,
    int prepared,
    Optional<List<String>> examined) {
  /**
   * This host.
   *
   * @param host its name
   * @param machine the id of the machine
   * @param version the version of reconcile
   * @param time the time of its clock, to show only
   * @param now the moment of its monotonic clock
   */
  public record Self(String host, String machine, String version, Instant time, Moment now) {}

  /**
   * What a release of git's newest commit would be.
   *
   * @param than the number of the release that it would follow
   * @param proposal its revisions; empty if they are not newer
   * @param numbers its numbers; empty if the commit has no section {@code fleet} that makes sense
   */
  public record Fetched(int than, Optional<Revisions> proposal, Optional<FleetNumbers> numbers) {}

  /** Returns the situation at the beginning of a run. */
  public static Situation begin(
      Self self, FleetRecord record, Revisions has, Optional<Revisions> newest) {
    return new Situation(
        self,
        record,
        has,
        newest,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty());
  }

  /** Returns the situation after the record was saved; an examination counts only once. */
  public Situation with(FleetRecord saved) {
    return new Situation(
        self, saved, has, newest, isOver, reading, fetched, planned, prepared, Optional.empty());
  }

  /** Returns the situation after an answer of the engine. */
  public Situation with(Reading now) {
    return new Situation(
        self, record, has, newest, isOver, Optional.of(now), fetched, planned, prepared, examined);
  }

  /** Returns the situation after git's newest commit was fetched. */
  public Situation with(Fetched now) {
    return new Situation(
        self, record, has, newest, isOver, reading, Optional.of(now), planned, prepared, examined);
  }

  /** Returns the situation after a plan was made. */
  public Situation with(Planned now) {
    return new Situation(
        self, record, has, newest, isOver, reading, fetched, Optional.of(now), prepared, examined);
  }

  /** Returns the situation after a release was built in new directories. */
  public Situation prepared(FleetRelease release) {
    return new Situation(
        self, record, has, newest, isOver, reading, fetched, planned, release.number(), examined);
  }

  /** Returns the situation after an examination of the apps; no failure means that all are well. */
  public Situation examined(List<String> failures) {
    return new Situation(
        self,
        record,
        has,
        newest,
        isOver,
        reading,
        fetched,
        planned,
        prepared,
        Optional.of(List.copyOf(failures)));
  }

  /** Returns the situation at the end of a run, with the record that it has saved. */
  public Situation over(FleetRecord saved, Revisions applied) {
    return new Situation(
        self,
        saved,
        applied,
        newest,
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty());
  }

  /** Tells whether git has something else than this host. */
  public boolean isBehind() {
    return newest.isPresent() && !newest.get().agreesWith(has);
  }

  /** Returns the plan for a release as it is now; empty if it must be made. */
  Optional<Planned> plannedFor(FleetRelease release) {
    return planned.filter(plan ->
        plan.release() == release.number()
            && plan.pins().entrySet().stream()
                .allMatch(pin -> agrees(release, pin.getKey(), pin.getValue())));
  }

  private static boolean agrees(FleetRelease release, String source, String commit) {
    return release.revisions().sources().getOrDefault(source, commit).equals(commit);
  }

  /** Returns the row of this host, which keeps the machines that the row before names. */
  HostRow row(int release, String commit, HostRow.State state, List<String> failures) {
    SortedSet<String> machines = new TreeSet<>(List.of(self.machine()));
    reading.flatMap(Reading::row).ifPresent(before -> machines.addAll(before.machines()));
    return new HostRow(machines, release, commit, state, failures, self.version(), self.time());
  }
}
