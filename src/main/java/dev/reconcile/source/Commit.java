// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.time.Instant;

/**
 * A commit whose files and whole history are on this machine.
 *
 * @param id all 40 hex digits
 * @param subject the message's first line, without control characters
 * @param time the committer's date
 */
public record Commit(String id, String subject, Instant time) {}
