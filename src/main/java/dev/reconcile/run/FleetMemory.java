// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.EngineException;
import dev.reconcile.report.FleetReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the record of a run with nothing to do keeps of the host's turn in its fleet.
 *
 * <p>Invariant: {@code parse(memory.lines())} equals the memory. A run that waits is repeated only
 * while the gate is the same, so it asks the engine for the gate's revision.
 *
 * @param report the turn of the host
 * @param asked what the engine had; empty if the run did not ask, because nothing was newer
 */
record FleetMemory(FleetReport report, Optional<Asked> asked) {
  private static final int FIELDS = 5;

  /**
   * The gate that a run has seen.
   *
   * @param engine the engine and the group
   * @param revision the revision of the gate
   */
  record Asked(EngineAddress engine, long revision) {}

  /** Returns the lines of the record: the report, and the gate if the run has asked for it. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.join(
            "\t",
            DiagnosticLine.escaped(report.group()),
            String.valueOf(report.release()),
            report.state().name(),
            DiagnosticLine.escaped(report.because()),
            String.valueOf(report.failedHosts())));
    asked.ifPresent(gate -> {
      List<String> fields = new ArrayList<>();
      fields.add(String.valueOf(gate.revision()));
      fields.add(gate.engine().group());
      fields.addAll(gate.engine().endpoints());
      lines.add(String.join("\t", fields));
    });
    return lines;
  }

  /**
   * Returns the memory of these lines; empty if there is none.
   *
   * @throws IllegalArgumentException if the lines are not those of {@link #lines}
   */
  static Optional<FleetMemory> parse(List<String> lines) {
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String[] fields = lines.getFirst().split("\t", -1);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not a turn: " + lines.getFirst());
    }
    FleetReport report =
        new FleetReport(
            DiagnosticLine.plain(fields[0]),
            Integer.parseInt(fields[1]),
            FleetReport.State.valueOf(fields[2]),
            DiagnosticLine.plain(fields[3]),
            Integer.parseInt(fields[4]));
    return Optional.of(
        new FleetMemory(
            report, lines.size() > 1 ? Optional.of(asked(lines.get(1))) : Optional.empty()));
  }

  private static Asked asked(String line) {
    List<String> fields = Arrays.asList(line.split("\t", -1));
    return new Asked(
        new EngineAddress(fields.subList(2, fields.size()), fields.get(1)),
        Long.parseLong(fields.getFirst()));
  }

  /** Returns what is not as it was; the empty text if the run may be repeated. */
  String difference(RunContext run) {
    if (asked.isEmpty()) {
      return "";
    }
    if (run.dry()) {
      return "the turn of this host"; // a plan is for the newest commit
    }
    try {
      long now = run.hosts().engine(run.host(), asked.get().engine()).revision();
      return now == asked.get().revision() ? "" : "the gate of the fleet";
    } catch (EngineException e) {
      return "the engine of the fleet";
    }
  }
}
