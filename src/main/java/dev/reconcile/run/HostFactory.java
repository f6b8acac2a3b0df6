// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Privileges;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.NetworkSettings;
import java.nio.file.Path;
import java.util.List;

/** Where a run gets its host from. */
public interface HostFactory {
  /** This machine, or a directory tree that stands for one. */
  HostFactory LOCAL = local(NetworkSettings.NONE);

  /**
   * The host of one run.
   *
   * @param root its root directory
   * @param run the run's name
   * @param units which units its facts tell of: glob patterns
   */
  Host open(Path root, String run, List<String> units) throws HostException;

  /**
   * The hosts of this machine.
   *
   * @param network how commands on them reach the network
   */
  static HostFactory local(NetworkSettings network) {
    return (root, run, units) -> new LocalHost(root, new ProcessRunner(network), run, units);
  }

  /**
   * The same hosts, whose commands reach the network in a certain way; a test's stay as they are.
   */
  static HostFactory over(HostFactory hosts, NetworkSettings network) {
    return hosts.equals(LOCAL) ? local(network) : hosts;
  }

  /**
   * Refuses who may not look at all of a host, or not change it; in a directory tree everybody may.
   *
   * @param host the host
   * @param summary what only root can do
   * @param detail what to do instead
   */
  static void requireRoot(Host host, String summary, String detail) throws CommandFailed {
    if (host.facts().live() && !Privileges.isRoot()) {
      throw new CommandFailed(ExitCode.NOT_PERMITTED, summary, detail);
    }
  }
}
