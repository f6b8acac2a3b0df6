// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;

/**
 * A location in a file of the host.
 *
 * @param file the file's path; empty for no particular file
 * @param line from 1; 0 for the file as a whole
 */
public record SourceLocation(String file, int line) {
  /** No particular location. */
  public static final SourceLocation NONE = new SourceLocation("", 0);

  static SourceLocation of(Directive directive) {
    return new SourceLocation(directive.file(), directive.line());
  }

  static SourceLocation of(String file) {
    return new SourceLocation(file, 0);
  }

  @Override
  public String toString() {
    return line > 0 ? file + ":" + line : file;
  }
}
