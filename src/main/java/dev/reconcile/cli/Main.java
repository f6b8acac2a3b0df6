package dev.reconcile.cli;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.report.RunJson;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where it begins and, whatever happens, ends: the only place that catches everything. */
public final class Main {
  private Main() {}

  /** Runs a command line and exits with its code. */
  public static void main(String[] words) {
    if (words.length == 1 && words[0].equals("--version")) {
      System.out.println(versionLine());
      return;
    }
    Console console =
        new Console(
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
            System.getenv(),
            Terminal.isOutput());
    ExitCode code = run(List.of(words), console);
    if (code != ExitCode.OK || hasOtherThreads()) {
      System.exit(code.number());
    }
  }

  // To exit without need is dear: it looks for a logger first, and for that through the whole jar.
  private static boolean hasOtherThreads() {
    Thread[] threads = new Thread[Thread.activeCount() + 1];
    int count = Thread.enumerate(threads);
    for (int i = 0; i < count; i++) {
      if (!threads[i].equals(Thread.currentThread()) && !threads[i].isDaemon()) {
        return true;
      }
    }
    return count == threads.length;
  }

  /** Runs a command line; never throws. */
  static ExitCode run(List<String> words, Console console) {
    return run(words, console, Hosts.LOCAL);
  }

  /** The same on a host of the caller's: how the tests make one fail or end at any point. */
  static ExitCode run(List<String> words, Console console, Hosts hosts) {
    console.wantJson(words.contains("--json"));
    try {
      return dispatch(words, console, hosts);
    } catch (Stop e) {
      return end(e.code(), e.diagnostics(), console);
    } catch (HostException e) {
      Diagnostic refused = Diagnostic.error("The host does not let us", "" + e.getMessage());
      ExitCode code = end(ExitCode.FAILED, List.of(refused), console);
      if (console.isVerbose()) {
        console.trace(e);
      }
      return code;
    } catch (RuntimeException | Error e) {
      return bug(e, console);
    }
  }

  private static ExitCode end(ExitCode code, List<Diagnostic> diagnostics, Console console) {
    diagnostics.forEach(console::say);
    if (console.owesJson()) {
      console.print(RunJson.of(Version.text(), code.number(), diagnostics));
    }
    return code;
  }

  static String versionLine() {
    return "reconcile " + Version.text();
  }

  private static ExitCode bug(Throwable e, Console console) {
    Diagnostic bug =
        Diagnostic.error(
            "A mistake in reconcile itself",
            e + "\nPlease report it with the output of the same command and -v.");
    ExitCode code = end(ExitCode.BUG, List.of(bug), console);
    if (console.isVerbose()) {
      console.trace(e);
    }
    return code;
  }

  private static ExitCode dispatch(List<String> words, Console console, Hosts hosts)
      throws Stop, HostException {
    Arguments typed = Arguments.parse(words);
    if (typed.line().hasOption("help")) {
      console.print(Help.of(typed.command()));
      return ExitCode.OK;
    }
    if (typed.line().hasOption("version")) {
      console.print(versionLine() + "\n");
      return ExitCode.OK;
    }
    boolean configurable =
        switch (typed.command()) {
          case APPLY, PLAN, ROLLBACK, STATUS -> true;
          default -> false;
        };
    Arguments arguments =
        configurable ? typed.withConfiguration(Configuration.read(typed.value("config"))) : typed;
    console.set(arguments.has("no-color"), arguments.has("quiet"), arguments.has("verbose"));
    console.wantJson(arguments.has("json"));
    return switch (arguments.command()) {
      case APPLY, PLAN, ROLLBACK -> new Run(arguments, console, hosts).run();
      case HISTORY -> new History(arguments, console).run();
      case INIT -> new Init(arguments, console).run();
      case RESUME -> new Suspending(arguments, console, hosts).resume();
      case SCHEMA -> new Schema(arguments, console).run();
      case SUSPEND -> new Suspending(arguments, console, hosts).suspend();
      case DOCTOR -> new Doctor(arguments, console, hosts).run();
      case STATUS -> new Status(arguments, console, hosts).run();
      case TIMER -> new Timer(arguments, console, hosts).run();
      case VALIDATE -> new Validate(DesiredFolder.of(arguments), console).run();
      case ADOPT -> new Adopt(arguments, console, hosts).run();
      case ALLOCATE -> new Allocate(arguments, console).run();
      case PERMUTE -> new Permute(PermuteArguments.of(arguments), console).run();
    };
  }
}
