package dev.reconcile.permute;

/** How numbers are written. */
public enum NumberFormat {
  /** Decimal digits and a line feed. */
  LINES,
  /** Eight bytes each, the lowest first; two's complement for a span that begins below zero. */
  BINARY
}
