// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Optional;

/** An engine that is only read: an exchange is answered as if it had been made, and is not. */
public final class ReadOnlyEngine implements Engine {
  private final Engine engine;

  /**
   * @param engine answers what is read
   */
  public ReadOnlyEngine(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Reading read(String host) throws EngineException {
    return engine.read(host);
  }

  @Override
  public Answer exchange(Reading seen, Exchange change) {
    Optional<HostRow> row =
        switch (change.row()) {
          case Exchange.KeepRow() -> seen.row();
          case Exchange.WriteRow(HostRow written) -> Optional.of(written);
          case Exchange.RemoveRow() -> Optional.empty();
        };
    return new Answer(
        true,
        new Reading(
            seen.host(),
            seen.revision(),
            change.gate().or(seen::gate),
            seen.rowRevision(),
            row,
            change.gate().isPresent()));
  }

  @Override
  public long revision() throws EngineException {
    return engine.revision();
  }

  @Override
  public Rows rows() throws EngineException {
    return engine.rows();
  }
}
