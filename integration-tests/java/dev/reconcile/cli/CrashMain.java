package dev.reconcile.cli;

import dev.reconcile.fault.Fault;
import dev.reconcile.fault.FaultyHost;
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

/**
 * The command line on a host on which the process ends at a chosen call, as by kill -9. Arguments:
 * the call's number or 0, what happens there, a file for the list of calls, then reconcile's own.
 */
public final class CrashMain {
  private static final int KILLED = 137;

  private CrashMain() {}

  /** Runs it; halts the virtual machine without any clean-up when the call comes. */
  public static void main(String[] words) {
    Fault fault = Fault.kill(Integer.parseInt(words[0]), Fault.Mode.valueOf(words[1]));
    List<FaultyHost> opened = new ArrayList<>();
    Hosts hosts =
        (root, run, units) -> {
          FaultyHost host =
              new FaultyHost(
                  Hosts.LOCAL.open(root, run, units),
                  fault,
                  () -> Runtime.getRuntime().halt(KILLED));
          opened.add(host);
          return host;
        };
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Console console = new Console(out, out, Map.of(), false);
    ExitCode code = Main.run(Arrays.asList(words).subList(3, words.length), console, hosts);
    try {
      Files.write(Path.of(words[2]), opened.getFirst().calls());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.exit(code.number());
  }
}
