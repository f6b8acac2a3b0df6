// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.source.Repository;
import java.time.Instant;

/**
 * The context of one run, constant from its start to its end.
 *
 * @param arguments the command line and the configuration file
 * @param hosts opens hosts, and the engine of a fleet
 * @param host the host, which knows the run's id
 * @param console prints progress and the plan
 * @param log collects diagnostics
 * @param dry whether the run changes nothing
 * @param started the start of the run
 */
public record RunContext(
    Invocation arguments,
    HostFactory hosts,
    Host host,
    Console console,
    RunLog log,
    boolean dry,
    Instant started) {

  /** Creates the context of a run, without diagnostics. */
  public static RunContext of(
      Invocation arguments,
      HostFactory hosts,
      Host host,
      Console console,
      boolean dry,
      Instant started) {
    return new RunContext(arguments, hosts, host, console, new RunLog(console), dry, started);
  }

  /** Returns the mode of the cache: a dry run writes nothing, so it keeps no fetched commit. */
  Repository.Mode mode() {
    return dry ? Repository.Mode.TEMPORARY : Repository.Mode.KEEP;
  }

  /** Reports a failure of the host, and returns the exit code for it. */
  public ExitCode refused(HostException failure) {
    log.say(failure.diagnostic());
    if (console.isVerbose()) {
      console.trace(failure);
    }
    return ExitCode.FAILED;
  }
}
