// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.NetworkOptions;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.model.NetworkSettings;
import dev.reconcile.run.HostFactory;
import dev.reconcile.source.WebAccess;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command {@code fleet}, by which an administrator starts, watches and stops rollouts. */
final class FleetCommand implements Subcommand {
  static final Option.Flag AGAIN =
      Option.flag("again", "with start: replace a gate that is older than what hosts have seen")
          .typedOnly();
  static final Option.Flag ALL =
      Option.flag("all", "with status: show every host, also in a group of more than 50")
          .typedOnly();
  static final Option.Flag NEWEST =
      Option.flag("newest", "with resume: drop the candidate, and go on with git's newest commit")
          .typedOnly();
  static final Option.Flag FORGET =
      Option.flag("forget", "with skip: do not show the host any more").typedOnly();

  /** The flags that have an effect with one word only. */
  private static final Map<Option.Flag, String> WORDS =
      Map.of(AGAIN, "start", ALL, "status", NEWEST, "resume", FORGET, "skip");

  private static final String ACTIONS = "start|status|halt|resume|skip";

  @Override
  public String name() {
    return "fleet";
  }

  @Override
  public String summary() {
    return "start, watch, halt and resume the rollouts of a group of hosts";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand(ACTIONS, Values.CHOICE, true));
  }

  @Override
  public Optional<Operand> secondOperand() {
    return Optional.of(new Operand("HOST", Values.TEXT, false));
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public String description() {
    return """
    The hosts of a group take turns with new commits, by the section fleet of reconcile.yaml.

    start begins that, once for a group: the commit that this host has applied last is its first
    release. status shows the releases and the hosts; it exits with 1 if a host has failed or
    the rollout is halted. halt stops the rollout: no host begins anything new, and a host that
    is at it ends what it does. resume ends a halt, and forgives the failures of the stable
    release. skip HOST stops waiting for a host that is gone: its slot, its failure and its proof
    are removed.

    Run it on any host of the group, or on a machine with the repo and a certificate in
    /etc/reconcile/fleet.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        CommonOptions.REASON,
        AGAIN,
        NEWEST,
        FORGET,
        ALL,
        CommonOptions.HTML,
        CommonOptions.JSON,
        CommonOptions.REPO,
        RunOptions.REF,
        CommonOptions.PATH,
        CommonOptions.HOST,
        CommonOptions.ROOT,
        CommonOptions.HTTP_PROXY,
        CommonOptions.HTTPS_PROXY,
        CommonOptions.NO_PROXY,
        CommonOptions.CA_BUNDLE,
        CommonOptions.CONFIG);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "reconcile fleet status",
        "reconcile fleet halt --reason 'the payment provider is down, Ann'",
        "reconcile fleet skip web3");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    NetworkSettings network = NetworkOptions.of(invocation, console.environment());
    WebAccess.use(network);
    FleetActions actions = new FleetActions(invocation, console, HostFactory.over(hosts, network));
    String action = invocation.word().orElse("");
    Optional<String> host =
        Optional.of(invocation.words()).filter(words -> words.size() > 1).map(List::getLast);
    if (host.isPresent() && !action.equals("skip")) {
      throw Invocation.usage(
          "Unexpected argument", "reconcile fleet %s takes no host.".formatted(action));
    }
    requireEffect(invocation, action);
    return switch (action) {
      case "start" -> actions.start();
      case "status" -> actions.status();
      case "halt" -> actions.halt();
      case "resume" -> actions.resume();
      case "skip" -> actions.skip(host);
      default ->
          throw Invocation.usage(
                  "Missing word after fleet",
                  "Write start, status, halt, resume or skip, not \"%s\".".formatted(action))
              .suggesting("reconcile fleet --help");
    };
  }

  private static void requireEffect(Invocation invocation, String action) throws CommandFailed {
    for (Map.Entry<Option.Flag, String> flag : WORDS.entrySet()) {
      if (invocation.has(flag.getKey()) && !flag.getValue().equals(action)) {
        throw Invocation.usage(
            "Option of another word",
            "--%s belongs to reconcile fleet %s.".formatted(flag.getKey().name(), flag.getValue()));
      }
    }
  }
}
