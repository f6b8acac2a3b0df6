// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Version;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import dev.reconcile.notify.StatusPageFile;
import dev.reconcile.notify.SuspensionFile;
import dev.reconcile.report.StatusJson;
import dev.reconcile.report.StatusText;
import dev.reconcile.run.CurrentStatus;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.RootDirectory;
import dev.reconcile.run.RunId;
import dev.reconcile.status.HostStatus;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The command {@code status}. It compares the host and its apps with the last applied commit, from
 * the cache of the repo. The drift is the plan for that commit.
 *
 * <p>Invariant: no repository is contacted, and nothing but the page is written.
 */
final class StatusCommand implements Subcommand {
  @Override
  public String name() {
    return "status";
  }

  @Override
  public String summary() {
    return "show the health of this host and its apps";
  }

  @Override
  public boolean isConfigurable() {
    return true;
  }

  @Override
  public String description() {
    return """
    Shows the health of this host and its apps: unit, workers, socket, site, the present
    response to the health check, certificate, revision, drift from the last applied commit,
    and the result of the last run. Does not access the repo. Changes nothing. Exits with 1 if
    something is unhealthy.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(
        CommonOptions.HTML,
        CommonOptions.JSON,
        CommonOptions.PATH,
        CommonOptions.HOST,
        CommonOptions.ROOT,
        CommonOptions.CONFIG);
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile status");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    Path root = invocation.root();
    RootDirectory.prepare(root, true);
    Instant now = Instant.now();
    Host host = hosts.open(root, RunId.at(now), Layout.UNIT_PATTERNS);
    HostFactory.requireRoot(
        host,
        "Only root can read the state of reconcile and the environment of the apps. Use sudo.");
    HostStatus status = CurrentStatus.of(invocation, host, now, SuspensionFile.of(host));
    Optional<String> page = invocation.value(CommonOptions.HTML);
    if (page.isPresent()) {
      StatusPageFile.write(host, StatusPageFile.typed(host, page.get()), status);
    }
    console.print(
        invocation.has(CommonOptions.JSON)
            ? StatusJson.of(status, Version.text())
            : StatusText.of(status, console.style()));
    return status.isHealthy() ? ExitCode.OK : ExitCode.FAILED;
  }
}
