// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.apply.Progress;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import dev.reconcile.report.DiagnosticText;
import dev.reconcile.report.Style;
import java.io.PrintStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where words go: plans and reports to standard output, everything else to standard error. Under
 * systemd each line begins with its priority (sd-daemon(3)).
 */
public final class Console implements Progress {
  /** The variable by which systemd tells a service that it writes to the journal. */
  public static final String JOURNAL = "JOURNAL_STREAM";

  private static final long LONG_MILLIS = 2000;

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean terminal;
  private Style style;
  private boolean quiet;
  private boolean verbose;
  private boolean json;
  private boolean printed;
  private @Nullable ProgressDisplay live;

  public Console(
      PrintStream out, PrintStream err, Map<String, String> environment, boolean terminal) {
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
    return environment.containsKey(JOURNAL);
  }

  public void set(boolean noColour, boolean beQuiet, boolean beVerbose) {
    style = noColour ? Style.PLAIN : style;
    quiet = beQuiet;
    verbose = beVerbose;
  }

  /** The variables of whoever started this. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Who gave the command, as far as the environment tells: the one behind sudo(8). */
  public String person() {
    String sudoer = environment.getOrDefault("SUDO_USER", "");
    return sudoer.matches("[^\\p{Cntrl}]+") ? sudoer : System.getProperty("user.name", "");
  }

  /** Notes whether a JSON document is wanted of this command. */
  public void wantJson(boolean wanted) {
    json = wanted;
  }

  /** Whether a JSON document is wanted and nothing has been printed. */
  public boolean owesJson() {
    return json && !printed;
  }

  public Style style() {
    return style;
  }

  public boolean isQuiet() {
    return quiet;
  }

  public boolean isVerbose() {
    return verbose;
  }

  /** A plan, a report, a help text. */
  public void print(String text) {
    printed |= !text.isEmpty();
    write(out, text);
  }

  // what is printed comes above the lines that are drawn again and again
  private void write(PrintStream stream, String text) {
    ProgressDisplay lines = live;
    if (lines == null) {
      stream.print(text);
      stream.flush();
    } else {
      lines.above(() -> {
        stream.print(text);
        stream.flush();
      });
    }
  }

  /** Something a person should know. */
  public void say(Diagnostic diagnostic) {
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
  public Ongoing begins(String subject, String what) {
    if (quiet) {
      return NONE.begins(subject, what);
    }
    if (isLive()) {
      return live().begins(subject, what);
    }
    told(subject, what);
    return NONE.begins(subject, what);
  }

  /** The same for a step that is over in no time most of the time: then nobody is told. */
  public Ongoing mayTakeLong(String subject, String what) {
    if (quiet || isLive()) {
      return begins(subject, what);
    }
    Thread later =
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              try {
                Thread.sleep(LONG_MILLIS);
                told(subject, what);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt(); // it has ended
              }
            });
    return later::interrupt;
  }

  private void told(String subject, String what) {
    lines(6, subject + ": " + what + " …\n");
  }

  private boolean isLive() {
    return Terminal.isError() && !underSystemd() && !"dumb".equals(environment.get("TERM"));
  }

  private synchronized ProgressDisplay live() {
    ProgressDisplay known = live;
    if (known == null) {
      known = new ProgressDisplay(err, System::nanoTime);
      known.keepDrawing();
      live = known;
    }
    return known;
  }

  /** Something that only who asks for it wants to know. */
  public void detail(String text) {
    if (verbose) {
      lines(7, text + "\n");
    }
  }

  /** A line that the next one replaces; for a terminal. */
  public void progress(String line) {
    err.print("\r" + line + "\033[K");
    err.flush();
  }

  /** A bug: its trace, for whoever mends it. */
  public void trace(Throwable bug) {
    bug.printStackTrace(err);
  }

  private void lines(int priority, String text) {
    String prefix = underSystemd() ? "<" + priority + ">" : "";
    StringBuilder whole = new StringBuilder();
    text.lines().forEach(line -> whole.append(prefix).append(line).append('\n'));
    write(err, whole.toString());
  }
}
