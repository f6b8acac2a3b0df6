// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * A location in a file of the desired state. Lines and columns count from 1.
 *
 * @param file path inside the desired-state tree, with forward slashes
 * @param line line number, from 1, or 0 for the whole file
 * @param column column in characters, from 1, or 0 for the whole line
 * @param excerpt the text of that line; empty if there is none to show
 */
public record Origin(String file, int line, int column, String excerpt)
    implements Comparable<Origin> {
  /** Returns the location of a whole file. */
  public static Origin of(String file) {
    return new Origin(file, 0, 0, "");
  }

  /** Returns the file, and the line if it is known, in words. */
  public String words() {
    return file + (line > 0 ? " line " + line : "");
  }

  @Override
  public int compareTo(Origin other) {
    int byFile = file.compareTo(other.file);
    if (byFile != 0) {
      return byFile;
    }
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }
}
