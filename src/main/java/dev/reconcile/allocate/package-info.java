// SPDX-License-Identifier: Apache-2.0
/** The numbers of apps: a ledger, and the keyed permutation that chooses new entries. */
@NullMarked
package dev.reconcile.allocate;

import org.jspecify.annotations.NullMarked;
