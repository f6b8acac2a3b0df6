// SPDX-License-Identifier: Apache-2.0
/**
 * The keyed permutation, which orders the numbers below any size, looks random and needs no memory;
 * and the writer of the command {@code permute}.
 */
@NullMarked
package dev.reconcile.permute;

import org.jspecify.annotations.NullMarked;
