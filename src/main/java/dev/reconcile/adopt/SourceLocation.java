package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;

/**
 * Where on the host something is written.
 *
 * @param file its path; empty for nowhere in particular
 * @param line from 1; 0 for the file as a whole
 */
public record SourceLocation(String file, int line) {
  /** No place in particular. */
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
