// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.Optional;

/**
 * What the engine has of a group and of one host, both at one moment.
 *
 * @param host the host
 * @param revision the gate's {@code mod_revision}; 0 if there is none
 * @param gate the gate
 * @param rowRevision the {@code mod_revision} of the host's row; 0 if there is none
 * @param row the host's row
 * @param isOwn whether an exchange of this run made it, so that no earlier request of this host can
 *     still take effect
 */
public record Reading(
    String host,
    long revision,
    Optional<Gate> gate,
    long rowRevision,
    Optional<HostRow> row,
    boolean isOwn) {
  /**
   * Returns what the engine has after an exchange of this run.
   *
   * @param at the revision of the store at which the exchange took effect
   */
  Reading after(Exchange change, long at) {
    boolean isOfGate = change.gate().isPresent();
    long now = isOfGate ? at : revision;
    Optional<Gate> next = change.gate().or(() -> gate);
    return switch (change.row()) {
      case Exchange.KeepRow() -> new Reading(host, now, next, rowRevision, row, isOfGate);
      case Exchange.WriteRow(HostRow written) ->
          new Reading(host, now, next, at, Optional.of(written), isOfGate);
      case Exchange.RemoveRow() -> new Reading(host, now, next, 0, Optional.empty(), isOfGate);
    };
  }
}
