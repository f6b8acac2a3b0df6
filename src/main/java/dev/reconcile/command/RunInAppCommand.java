// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.apply.LiveCommand;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.ProcessImage;
import dev.reconcile.model.State;
import dev.reconcile.run.HostFactory;
import dev.reconcile.state.StateFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command {@code run}, which runs a command in the sandbox of an app's live revision. */
final class RunInAppCommand implements Subcommand {
  private static final String SCRIPT = "/session.sh";

  @Override
  public String name() {
    return "run";
  }

  @Override
  public String summary() {
    return "run a command as an app runs";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("APP", Values.APP, true));
  }

  @Override
  public int mostWords() {
    return Integer.MAX_VALUE;
  }

  @Override
  public String usage() {
    return "run APP [-- COMMAND [WORD...]]";
  }

  @Override
  public String description() {
    return """
    Runs a command in the live revision of an app, with the app's user, sandbox, variables and
    secrets, and exits with the command's exit code. The programs of the virtualenv come first
    in PATH. Without COMMAND, runs a shell. At a terminal, the command gets a terminal of its
    own; signals to reconcile are passed on to it. An apply may run meanwhile: the command
    stays in its revision. The journal contains nothing of the command line.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of();
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile run shop -- flask --app main routes", "reconcile run shop");
  }

  @Override
  public boolean keepsUmask() {
    return false;
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    List<String> words = invocation.words();
    String app =
        LiveApps.word(invocation, "in which the command is to run", "reconcile run --help");
    Host host = hosts.open(Path.of("/"), "run", List.of());
    HostFactory.requireRoot(host, "Only root can run a command as an app's user. Use sudo.");
    State state = StateFile.load(host.facts());
    LiveApps.require(app, LiveApps.of(state));
    LiveCommand command = LiveCommand.prepare(host, state, app, words.subList(1, words.size()));
    List<String> argv =
        new ArrayList<>(List.of("sh", "-c", script(), "sh", command.unit(), command.folder()));
    argv.addAll(command.argv());
    String terminal = console.environment().getOrDefault("TERM", "");
    throw ProcessImage.become(argv, terminal.isEmpty() ? Map.of() : Map.of("TERM", terminal));
  }

  private static String script() {
    try (InputStream script = RunInAppCommand.class.getResourceAsStream(SCRIPT)) {
      if (script == null) {
        throw new IllegalStateException("the jar has no " + SCRIPT);
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the jar cannot be read", e);
    }
  }
}
