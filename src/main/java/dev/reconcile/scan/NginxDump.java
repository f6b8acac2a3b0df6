// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.trial.LiveNginx;

/** The whole configuration of the host's nginx. */
public final class NginxDump {
  private NginxDump() {}

  /** Returns the output of {@code nginx -T}; empty if nginx is not installed. */
  public static String configuration(Host host) throws CommandFailed, HostException {
    if (host.facts().program("nginx").isEmpty()) {
      return "";
    }
    CommandRunner.Result result = LiveNginx.dump(host);
    if (!result.ok()) {
      throw new CommandFailed(
          ExitCode.FAILED,
          "Invalid nginx configuration",
          """
          nginx -T failed:
          %sCorrect it first: a configuration that nginx refuses cannot be adopted.\
          """
              .formatted(result.tail(5).indent(4)));
    }
    return result.out();
  }
}
