// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.FleetRecord;
import dev.reconcile.fleet.FleetRecordFile;
import dev.reconcile.host.HostException;
import dev.reconcile.report.FleetReport;
import java.util.List;

/**
 * The end of a run that a person has sent to the newest commit without asking.
 *
 * <p>Invariant: the engine is not asked. If the host was at it, the next run tells what came of it.
 */
final class OutOfTurn {
  private OutOfTurn() {}

  /** Records what the run has applied. */
  static RunResult noted(RunContext run, LoadedRevision loaded, RunResult result)
      throws CommandFailed, HostException {
    FleetRecord before = FleetRecordFile.load(run.host().facts());
    FleetRecord record = loaded.fleet().map(EngineAddress::of).map(before::with).orElse(before);
    if (record.grant().isPresent() && record.word().isEmpty()) {
      FleetOutcome outcome = FleetOutcome.of(result);
      List<String> silent = outcome.isWell() ? List.of() : new FleetHealth(run).silent(loaded);
      record = record.saying(outcome.word(record.grant().get(), true, silent));
    }
    if (FleetWork.isThrough(result, loaded)) {
      record = record.through(0, FleetWork.revisions(loaded));
    }
    if (!record.equals(before)) {
      FleetRecordFile.save(run.host(), record);
    }
    String group = record.engine().map(EngineAddress::group).orElse("");
    return result.in(new FleetReport(group, 0, FleetReport.State.OUT_OF_TURN, "", -1));
  }
}
