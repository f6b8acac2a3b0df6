// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import java.time.Instant;

/**
 * A line of a log.
 *
 * @param time the time of the line; of the line before it, if it has none of its own
 * @param source what wrote the line, such as {@code web} or {@code access.log}
 * @param text the line without its line break; it may contain any character
 */
public record LogLine(Instant time, String source, String text) {}
