// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/**
 * A command that runs once before a revision goes live.
 *
 * @param command the command
 * @param stop whether the app is stopped meanwhile
 */
public record ReleaseStep(AppCommand command, boolean stop) {}
