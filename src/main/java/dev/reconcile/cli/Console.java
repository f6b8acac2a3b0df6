package dev.reconcile.cli;

import dev.reconcile.apply.Progress;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import dev.reconcile.report.DiagnosticText;
import dev.reconcile.report.Style;
import java.io.PrintStream;
import java.util.Map;

/**
 * Where words go: plans and reports to standard output, everything else to standard error. Under
 * systemd each line begins with its priority (sd-daemon(3)).
 */
final class Console implements Progress {
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean terminal;
  private Style style;
  private boolean quiet;
  private boolean verbose;

  Console(PrintStream out, PrintStream err, Map<String, String> environment, boolean terminal) {
    this.out = out;
    this.err = err;
    this.environment = environment;
    this.terminal = terminal;
    this.style = usual();
  }

  private Style usual() {
    boolean plain =
        !terminal
            || environment.containsKey("NO_COLOR")
            || "dumb".equals(environment.get("TERM"))
            || underSystemd();
    return plain ? Style.PLAIN : Style.COLOUR;
  }

  private boolean underSystemd() {
    return environment.containsKey("JOURNAL_STREAM");
  }

  void set(boolean noColour, boolean beQuiet, boolean beVerbose) {
    style = noColour ? Style.PLAIN : style;
    quiet = beQuiet;
    verbose = beVerbose;
  }

  Style style() {
    return style;
  }

  boolean isQuiet() {
    return quiet;
  }

  boolean isVerbose() {
    return verbose;
  }

  /** A plan, a report, a help text. */
  void print(String text) {
    out.print(text);
    out.flush();
  }

  /** Something a person should know. */
  void say(Diagnostic diagnostic) {
    if (quiet && diagnostic.severity() == Severity.NOTICE) {
      return;
    }
    int priority =
        switch (diagnostic.severity()) {
          case ERROR -> 3;
          case WARNING -> 4;
          case NOTICE -> 5;
        };
    lines(priority, DiagnosticText.of(diagnostic, style));
  }

  @Override
  public void begins(String text) {
    if (!quiet) {
      lines(6, text + " …\n");
    }
  }

  /** Something that only who asks for it wants to know. */
  void detail(String text) {
    if (verbose) {
      lines(7, text + "\n");
    }
  }

  /** A line that the next one replaces; for a terminal. */
  void progress(String line) {
    err.print("\r" + line + "\033[K");
    err.flush();
  }

  /** A bug: its trace, for whoever mends it. */
  void trace(Throwable bug) {
    bug.printStackTrace(err);
  }

  private void lines(int priority, String text) {
    String prefix = underSystemd() ? "<" + priority + ">" : "";
    text.lines().forEach(line -> err.print(prefix + line + "\n"));
    err.flush();
  }
}
