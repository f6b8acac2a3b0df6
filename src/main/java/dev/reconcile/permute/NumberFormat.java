package dev.reconcile.permute;

/** How numbers are written. */
public enum NumberFormat {
  /** Decimal digits and a line feed. */
  LINES,
  /** Eight bytes each, the lowest first, unsigned. */
  BINARY
}
