// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.Console;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.source.FetchWatch;
import java.util.ArrayList;
import java.util.List;

/**
 * The diagnostics of a run in the order in which they came up. Invariant: each is printed when it
 * comes up, because what follows it may take minutes, and is in the report.
 */
public final class RunLog implements FetchWatch {
  private final Console console;
  private final List<Diagnostic> said = new ArrayList<>();

  /**
   * @param console prints them
   */
  RunLog(Console console) {
    this.console = console;
  }

  /** Shows that a fetch goes on, if it takes long. */
  @Override
  public Runnable begins(String url) {
    return console.mayTakeLong(url, "fetching")::close;
  }

  /** Adds a diagnostic. */
  public void say(Diagnostic diagnostic) {
    said.add(diagnostic);
    console.say(diagnostic);
  }

  /** Adds a diagnostic unless it is there already. */
  void sayOnce(Diagnostic diagnostic) {
    if (!said.contains(diagnostic)) {
      say(diagnostic);
    }
  }

  /** All diagnostics so far. */
  public List<Diagnostic> said() {
    return List.copyOf(said);
  }
}
