// SPDX-License-Identifier: Apache-2.0
/**
 * Tests a plan's nginx and systemd files in a private mount namespace before the host is changed.
 */
@NullMarked
package dev.reconcile.trial;

import org.jspecify.annotations.NullMarked;
