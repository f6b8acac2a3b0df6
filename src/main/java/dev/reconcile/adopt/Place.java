package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;

/**
 * Where on the host something is written.
 *
 * @param file its path; empty for nowhere in particular
 * @param line from 1; 0 for the file as a whole
 */
public record Place(String file, int line) {
  /** No place in particular. */
  public static final Place NONE = new Place("", 0);

  static Place of(Directive directive) {
    return new Place(directive.file(), directive.line());
  }

  static Place of(String file) {
    return new Place(file, 0);
  }

  @Override
  public String toString() {
    return line > 0 ? file + ":" + line : file;
  }
}
