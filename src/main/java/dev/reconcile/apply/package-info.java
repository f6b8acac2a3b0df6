// SPDX-License-Identifier: Apache-2.0
/** Applies a plan, and records what was done. */
@NullMarked
package dev.reconcile.apply;

import org.jspecify.annotations.NullMarked;
