// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.apply.Progress;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import dev.reconcile.report.DiagnosticText;
import dev.reconcile.report.Style;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The output of a command. Plans and reports go to standard output, everything else to standard
 * error. Under systemd each line on standard error begins with its priority (sd-daemon(3)).
 */
public final class Console implements Progress {
  /** The variable that tells a service that its output goes to the journal (systemd.exec(5)). */
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

  /**
   * Creates a console on two streams.
   *
   * @param out the stream for plans and reports
   * @param err the stream for everything else
   * @param environment the variables of the caller
   * @param terminal whether {@code out} is a terminal
   */
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

  /** Sets the presentation that the command line asks for. */
  public void set(boolean noColour, boolean beQuiet, boolean beVerbose) {
    style = noColour ? Style.PLAIN.in(style.root()) : style;
    quiet = beQuiet;
    verbose = beVerbose;
  }

  /** Sets the directory that {@code --root} names, for the commands that are printed. */
  public void setRoot(String directory) {
    style = style.in(directory);
  }

  /** Returns the environment variables of the caller. */
  public Map<String, String> environment() {
    return environment;
  }

  /** Returns the name of the user who gave the command: under sudo(8), the user who called it. */
  public String person() {
    String sudoer = environment.getOrDefault("SUDO_USER", "");
    return sudoer.matches("[^\\p{Cntrl}]+") ? sudoer : System.getProperty("user.name", "");
  }

  /** Notes whether the command must print a JSON document. */
  public void wantJson(boolean wanted) {
    json = wanted;
  }

  /** Tells whether the command must print a JSON document and has printed nothing. */
  public boolean owesJson() {
    return json && !printed;
  }

  /** Returns the style of texts on standard output. */
  public Style style() {
    return style.calledAs(programIn(Path.of("")));
  }

  /**
   * Returns the first word of a command of reconcile as the user can type it: {@code reconcile}, or
   * the path of the launcher.
   *
   * @param directory the directory in which the user will type the command
   */
  public String programIn(Path directory) {
    return Program.name(
        System.getProperty("reconcile.launcher", ""),
        directory,
        environment.getOrDefault("PATH", ""));
  }

  /** Tells whether {@code --quiet} is set. */
  public boolean isQuiet() {
    return quiet;
  }

  /** Tells whether {@code --verbose} is set. */
  public boolean isVerbose() {
    return verbose;
  }

  /** Prints a plan, a report or a help text. */
  public void print(String text) {
    printed |= !text.isEmpty();
    write(out, text);
  }

  /** Tells whether the reader of standard output has closed it. */
  public boolean isUnread() {
    return out.checkError();
  }

  // The text appears above the progress lines, which are redrawn repeatedly.
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

  /** Prints a diagnostic to standard error; a notice only without {@code --quiet}. */
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
    lines(priority, DiagnosticText.of(diagnostic, style()));
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

  /**
   * Announces a step that is usually short. Without a terminal, the announcement appears only if
   * the step takes longer than two seconds.
   */
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
                Thread.currentThread().interrupt(); // the step has ended
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

  /** Prints a line that only {@code --verbose} shows. */
  public void detail(String text) {
    if (verbose) {
      lines(7, text + "\n");
    }
  }

  /** Prints a line to the terminal; the next call replaces it. */
  public void progress(String line) {
    err.print("\r" + line + "\033[K");
    err.flush();
  }

  /** Prints the stack trace of an exception to standard error. */
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
