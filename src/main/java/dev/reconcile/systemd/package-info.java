// SPDX-License-Identifier: Apache-2.0
/**
 * Parses unit files, and the command lines and environment files that they name. It reads text
 * only.
 */
@NullMarked
package dev.reconcile.systemd;

import org.jspecify.annotations.NullMarked;
