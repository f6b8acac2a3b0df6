/**
 * Numbers below any size in an order that looks random and needs no memory: the keyed permutation,
 * and the writer of the command {@code permute}.
 */
@NullMarked
package dev.reconcile.permute;

import org.jspecify.annotations.NullMarked;
