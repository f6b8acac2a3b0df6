// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ConfigurationFile;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Terminal;
import dev.reconcile.cli.Version;
import dev.reconcile.command.CommandLookup;
import dev.reconcile.command.Help;
import dev.reconcile.command.Subcommand;
import dev.reconcile.host.FileNameEncoding;
import dev.reconcile.host.HostException;
import dev.reconcile.host.ProcessSetup;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.report.RunJson;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.NoopCheck;
import dev.reconcile.source.JGitOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The entry point. It is the only place that catches every exception. */
public final class Main {
  private Main() {}

  /** Runs a command line, and exits with its code. */
  public static void main(String[] words) throws IOException {
    if (words.length == 1 && words[0].equals("--version")) {
      System.out.println(versionLine());
      return;
    }
    settle(List.of(words));
    Console console =
        new Console(
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8),
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
            environment(),
            Terminal.isOutput());
    ExitCode code = run(List.of(words), console, HostFactory.LOCAL, true);
    if (code != ExitCode.OK || hasOtherThreads()) {
      System.exit(code.number());
    }
  }

  // A service's child processes (a shell, a cron job) inherit the variable, but not the stream.
  private static Map<String, String> environment() {
    Map<String, String> all = System.getenv();
    if (!all.containsKey(Console.JOURNAL) || Terminal.errorIs(all.get(Console.JOURNAL))) {
      return all;
    }
    Map<String, String> others = new HashMap<>(all);
    others.remove(Console.JOURNAL);
    return others;
  }

  // System.exit is slow: it looks for a logger first, and searches the whole jar for it. Therefore
  // it is called only if necessary.
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

  // The launcher has already made most of this setup for a process that performs only the no-op
  // check, and that process creates nothing that the rest would affect.
  static void settle(List<String> words) throws IOException {
    if (NoopCheck.isOnlyAsked()) {
      return;
    }
    System.setErr(JGitOutput.leftOut(System.err));
    ProcessSetup.speakEnglish();
    ProcessSetup.fillDescriptors();
    boolean canSayAll =
        FileNameEncoding.isUnicode()
            || (words.stream().allMatch(FileNameEncoding::isPlain)
                && FileNameEncoding.isPlain(System.getProperty("user.dir", ""))
                && FileNameEncoding.isPlain(System.getProperty("user.home", "")));
    if (!canSayAll) {
      FileNameEncoding.startAgain();
    }
    if (!CommandLookup.keepsUmask(words)) {
      ProcessSetup.settle();
    }
  }

  /** Runs a command line; never throws an exception. */
  public static ExitCode run(List<String> words, Console console) {
    return run(words, console, HostFactory.LOCAL);
  }

  /** Runs a command line on the caller's host, which lets tests fail or end it at any point. */
  public static ExitCode run(List<String> words, Console console, HostFactory hosts) {
    return run(words, console, hosts, false);
  }

  private static ExitCode run(
      List<String> words, Console console, HostFactory hosts, boolean mayStartAgain) {
    console.wantJson(words.contains(CommonOptions.JSON.dashed()));
    try {
      return dispatch(words, console, hosts);
    } catch (CommandFailed e) {
      return end(e.code(), e.diagnostics(), console);
    } catch (HostException e) {
      ExitCode code = end(ExitCode.FAILED, List.of(e.diagnostic()), console);
      if (console.isVerbose()) {
        console.trace(e);
      }
      return code;
    } catch (RuntimeException | Error e) {
      if (mayStartAgain && FileNameEncoding.hasFailed(e)) {
        FileNameEncoding.startAgain();
      }
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
            "Internal error", e + "\nPlease report it with the output of the same command and -v.");
    ExitCode code = end(ExitCode.BUG, List.of(bug), console);
    if (console.isVerbose()) {
      console.trace(e);
    }
    return code;
  }

  private static ExitCode dispatch(List<String> words, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    CommandLookup asked = CommandLookup.of(words);
    Subcommand command = asked.command();
    Invocation typed = asked.parse();
    if (typed.isTyped(CommonOptions.HELP)) {
      console.print(Help.of(command));
      return ExitCode.OK;
    }
    if (typed.isTyped(CommonOptions.VERSION)) {
      console.print(versionLine() + "\n");
      return ExitCode.OK;
    }
    Invocation invocation =
        command.isConfigurable()
            ? typed.withConfiguration(ConfigurationFile.read(typed.value(CommonOptions.CONFIG)))
            : typed;
    console.set(
        invocation.has(CommonOptions.NO_COLOR),
        invocation.has(CommonOptions.QUIET),
        invocation.has(CommonOptions.VERBOSE));
    console.wantJson(invocation.has(CommonOptions.JSON));
    console.setRoot(invocation.value(CommonOptions.ROOT).orElse(""));
    invocation.check();
    return command.run(invocation, console, hosts);
  }
}
