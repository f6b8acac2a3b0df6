// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.Main;
import dev.reconcile.fault.Fault;
import dev.reconcile.fault.FaultyHost;
import dev.reconcile.fault.FileCalls;
import dev.reconcile.run.HostFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The command line on a host on which the process ends at a chosen call, as by kill -9. Arguments:
 * the call's number or 0, what happens there, a file for the list of calls, then reconcile's own.
 * What happens is a {@link Fault.Mode}, or {@link #BETWEEN} for the end after a system call that
 * changes a file.
 */
public final class CrashMain {
  /** The process ends between two system calls. */
  public static final String BETWEEN = "BETWEEN";

  private static final int KILLED = 137;

  private CrashMain() {}

  /** Runs it; halts the virtual machine without any clean-up when the call comes. */
  public static void main(String[] words) {
    int at = Integer.parseInt(words[0]);
    Runnable death = () -> Runtime.getRuntime().halt(KILLED);
    List<Supplier<List<String>>> calls = new ArrayList<>();
    HostFactory hosts =
        words[1].equals(BETWEEN)
            ? betweenSystemCalls(new FileCalls(at, FileCalls.End.KILL, death), calls)
            : atCalls(Fault.kill(at, Fault.Mode.valueOf(words[1])), death, calls);
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Console console = new Console(out, out, Map.of(), false);
    ExitCode code = Main.run(Arrays.asList(words).subList(3, words.length), console, hosts);
    try {
      Files.write(Path.of(words[2]), calls.getFirst().get());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.exit(code.number());
  }

  private static HostFactory atCalls(
      Fault fault, Runnable death, List<Supplier<List<String>>> calls) {
    return (root, run, units) -> {
      FaultyHost host = new FaultyHost(HostFactory.LOCAL.open(root, run, units), fault, death);
      calls.add(host::calls);
      return host;
    };
  }

  private static HostFactory betweenSystemCalls(
      FileCalls files, List<Supplier<List<String>>> calls) {
    calls.add(files::calls);
    return (root, run, units) -> HostFactory.LOCAL.open(files.wrap(root), run, units);
  }
}
