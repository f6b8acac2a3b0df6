// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.Console;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.source.FetchWatch;
import java.util.ArrayList;
import java.util.List;

/**
 * The diagnostics of a run, in order.
 *
 * <p>Invariant: each diagnostic is part of the report. It is also printed immediately, because the
 * next step may take minutes.
 */
public final class RunLog implements FetchWatch {
  private final Console console;
  private final List<Diagnostic> diagnostics = new ArrayList<>();

  /**
   * @param console prints the diagnostics
   */
  RunLog(Console console) {
    this.console = console;
  }

  /** Shows that a fetch is in progress, if it takes long. */
  @Override
  public Runnable begins(String url) {
    return console.mayTakeLong(url, "fetching")::close;
  }

  /** Adds and prints a diagnostic. */
  public void say(Diagnostic diagnostic) {
    diagnostics.add(diagnostic);
    console.say(diagnostic);
  }

  /** Adds and prints a diagnostic, unless an equal one was added before. */
  void sayOnce(Diagnostic diagnostic) {
    if (!diagnostics.contains(diagnostic)) {
      say(diagnostic);
    }
  }

  /** Returns all diagnostics so far. */
  public List<Diagnostic> diagnostics() {
    return List.copyOf(diagnostics);
  }
}
