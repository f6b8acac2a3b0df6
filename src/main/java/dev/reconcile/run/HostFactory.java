// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.fleet.Engine;
import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.EtcdctlEngine;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Privileges;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.NetworkSettings;
import java.nio.file.Path;
import java.util.List;

/** The source of a run's host. */
public interface HostFactory {
  /** The factory for this machine, or for a directory tree in its place. */
  HostFactory LOCAL = local(NetworkSettings.NONE);

  /**
   * Opens the host of one run.
   *
   * @param root its root directory
   * @param run the run's id
   * @param units glob patterns of the units that its facts cover
   */
  Host open(Path root, String run, List<String> units) throws HostException;

  /** Opens the engine of a fleet, as a host of it. */
  default Engine engine(Host host, EngineAddress address) {
    return new EtcdctlEngine(host, address, EtcdctlEngine.FILES);
  }

  /**
   * Returns the factory for this machine.
   *
   * @param network the network settings of commands on the host
   */
  static HostFactory local(NetworkSettings network) {
    return (root, run, units) -> new LocalHost(root, new ProcessRunner(network), run, units);
  }

  /**
   * Returns the factory with network settings for its commands; the factory of a test stays
   * unchanged.
   */
  static HostFactory over(HostFactory hosts, NetworkSettings network) {
    return hosts.equals(LOCAL) ? local(network) : hosts;
  }

  /**
   * Requires root on a real host; a directory tree has no such restriction.
   *
   * @param host the host
   * @param detail the operation that only root can perform, and the remedy
   * @throws CommandFailed if the host is this machine and the user is not root
   */
  static void requireRoot(Host host, String detail) throws CommandFailed {
    if (host.facts().live() && !Privileges.isRoot()) {
      throw new CommandFailed(ExitCode.NOT_PERMITTED, "Root required", detail);
    }
  }
}
