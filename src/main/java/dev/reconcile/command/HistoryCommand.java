// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.report.HistoryJson;
import dev.reconcile.report.HistoryText;
import dev.reconcile.run.HostFactory;
import dev.reconcile.state.LastRun;
import dev.reconcile.state.Manifest;
import dev.reconcile.state.ManifestStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The command {@code history}, which lists the changes of earlier runs and the possible targets of
 * a rollback.
 */
final class HistoryCommand implements Subcommand {
  @Override
  public String name() {
    return "history";
  }

  @Override
  public String summary() {
    return "list the runs that changed something";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(new Operand("RUN", Values.TEXT, false));
  }

  @Override
  public String description() {
    return """
    Lists the runs that changed something, the newest first: the id, the commit, and the
    result for each app. With RUN, shows that run and each change that it planned. reconcile
    keeps the newest 30 runs, within 2 GiB. The JSON document contains every change.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(CommonOptions.ROOT, CommonOptions.JSON);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile history");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    Path root = invocation.root();
    LocalHost host = new LocalHost(root, new ProcessRunner(), "history", List.of());
    HostFactory.requireRoot(
        host,
        """
        Only root can read the records of runs, because they contain the content of files. \
        Use sudo.\
        """);
    Optional<String> wanted = invocation.word();
    List<Manifest> runs =
        ManifestStore.all(host.facts()).reversed().stream()
            .filter(run -> wanted.isEmpty() || wanted.get().equals(run.run()))
            .toList();
    if (wanted.isPresent() && runs.isEmpty()) {
      console.print(withoutChanges(wanted.get(), host, invocation.has(CommonOptions.JSON)));
      return ExitCode.OK;
    }
    console.print(text(runs, invocation.has(CommonOptions.JSON), wanted.isPresent()));
    return ExitCode.OK;
  }

  // A run that changed nothing has no manifest. The last one still has its report.
  private static String withoutChanges(String run, LocalHost host, boolean json)
      throws CommandFailed, HostException {
    return LastRun.load(host.facts())
        .filter(last -> last.run().equals(run))
        .map(last -> json ? HistoryJson.of(List.of()) : HistoryText.withoutChanges(last))
        .orElseThrow(() ->
            Invocation.usage(
                    "No such run",
                    """
                    %s is not a run that is kept. A run that changed nothing is kept only \
                    until the next one.\
                    """
                        .formatted(run))
                .suggesting("reconcile history"));
  }

  private static String text(List<Manifest> runs, boolean json, boolean inDetail) {
    if (json) {
      return HistoryJson.of(runs);
    }
    return inDetail ? HistoryText.detailed(runs.getFirst()) : HistoryText.of(runs);
  }
}
