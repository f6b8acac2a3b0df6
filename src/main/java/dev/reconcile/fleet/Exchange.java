// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Optional;

/**
 * A change of the gate and of one host's row, in one transaction.
 *
 * @param gate the new gate; empty to leave it as it is
 * @param row what happens to the row
 */
public record Exchange(Optional<Gate> gate, RowChange row) {
  /** The change of a row. */
  public sealed interface RowChange {}

  /** Leaves the row as it is. */
  public record KeepRow() implements RowChange {}

  /** Writes the row. */
  public record WriteRow(HostRow row) implements RowChange {}

  /** Removes the row. */
  public record RemoveRow() implements RowChange {}
}
