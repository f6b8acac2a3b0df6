// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** An engine in memory, with the semantics of etcd: one revision for the whole store. */
public class MemoryEngine implements Engine {
  private record Stored<T>(T value, long revision) {}

  private final SortedMap<String, Stored<HostRow>> rows = new TreeMap<>();
  private Optional<Stored<Gate>> gate = Optional.empty();
  private long revision = 1;

  @Override
  public synchronized Reading read(String host) throws EngineException {
    return reading(host, false);
  }

  private Reading reading(String host, boolean isOwn) {
    Optional<Stored<HostRow>> row = Optional.ofNullable(rows.get(host));
    return new Reading(
        host,
        gate.map(Stored::revision).orElse(0L),
        gate.map(Stored::value),
        row.map(Stored::revision).orElse(0L),
        row.map(Stored::value),
        isOwn);
  }

  @Override
  public synchronized Answer exchange(Reading seen, Exchange change) throws EngineException {
    Reading now = reading(seen.host(), false);
    boolean sameGate = change.gate().isEmpty() || now.revision() == seen.revision();
    boolean sameRow =
        change.row() instanceof Exchange.KeepRow || now.rowRevision() == seen.rowRevision();
    if (!isAllowed(sameGate && sameRow)) {
      return new Answer(false, now);
    }
    revision++;
    change.gate().ifPresent(next -> gate = Optional.of(new Stored<>(next, revision)));
    switch (change.row()) {
      case Exchange.KeepRow() -> {}
      case Exchange.WriteRow(HostRow row) -> rows.put(seen.host(), new Stored<>(row, revision));
      case Exchange.RemoveRow() -> rows.remove(seen.host());
    }
    return new Answer(true, reading(seen.host(), change.gate().isPresent()));
  }

  /** Loses all data, as an engine that is installed anew. */
  public synchronized void wipe() {
    rows.clear();
    gate = Optional.empty();
    revision = 1;
  }

  /** Tells whether an exchange is made. */
  boolean isAllowed(boolean unchanged) {
    return unchanged;
  }

  @Override
  public synchronized long revision() throws EngineException {
    return gate.map(Stored::revision).orElse(0L);
  }

  @Override
  public Rows rows() {
    SortedMap<String, Optional<HostRow>> all = new TreeMap<>();
    rows.forEach((host, row) -> all.put(host, Optional.of(row.value())));
    return new Rows(all);
  }
}
