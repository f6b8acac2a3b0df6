// SPDX-License-Identifier: Apache-2.0
/** A fleet: the rules by which the hosts of a group take turns, and the engine that they share. */
@NullMarked
package dev.reconcile.fleet;

import org.jspecify.annotations.NullMarked;
