// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.run.HostFactory;
import java.util.List;
import java.util.Optional;

/**
 * The command {@code adopt}, which writes a desired state that describes a server set up by hand.
 */
final class AdoptCommand implements Subcommand {
  /** The adopted unit that may have no clients any more. */
  static final Option.Single UNASKED =
      Option.value(
          "unasked",
          "UNIT",
          Values.TEXT,
          "write nothing: exit with 0 if nobody asks this unit any more, which was adopted, and"
              + " else say who does");

  @Override
  public String name() {
    return "adopt";
  }

  @Override
  public String summary() {
    return "write the desired state of a server that was set up by hand";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(Operand.DIRECTORY);
  }

  @Override
  public boolean keepsUmask() {
    return true;
  }

  @Override
  public String description() {
    return """
    Looks at a server that was set up by hand and writes a desired-state tree that says the
    same into DIR (default: ./desired-state), which must be empty or not there yet. It reads
    systemd's units, nginx's configuration, the apps' processes, code and packages, asks each
    app for / once, and changes nothing on the host. It says what it took over, what will be
    different and why, what stays unmanaged, and what only you can decide, each with file and
    line; at the end, which commands to type next. An app of which it is not certain that
    whoever asks it now would find it afterwards is not adopted, and it says why.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(UNASKED);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile adopt /root/server");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return new ServerAdoption(invocation, console, hosts).run();
  }
}
