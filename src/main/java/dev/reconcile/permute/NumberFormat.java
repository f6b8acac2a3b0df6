// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.permute;

/** The output formats of numbers. */
public enum NumberFormat {
  /** Decimal digits and a line feed. */
  LINES,
  /** Eight bytes each, the lowest first; two's complement for a span that begins below zero. */
  BINARY
}
