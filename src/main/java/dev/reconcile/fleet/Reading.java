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
    boolean isOwn) {}
