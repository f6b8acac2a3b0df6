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
          """
          write nothing; exit with 0 if this unit, which was adopted, has no clients any \
          more, else print the clients\
          """);

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
    Inspects a server that was set up by hand, and writes a desired-state tree that describes
    it to DIR (default: ./desired-state). DIR must be empty or missing. Reads systemd's units,
    nginx's configuration, and the processes, code and packages of the apps. Sends each app
    one request for /. Changes nothing on the host.

    Reports, with file and line, what the tree contains, what will differ and why, what stays
    unmanaged, and what you must decide. Prints the commands to run next. Does not adopt an
    app whose present clients might not reach it afterwards, and reports the reason.
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
