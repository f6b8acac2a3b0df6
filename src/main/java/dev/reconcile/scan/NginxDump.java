package dev.reconcile.scan;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.trial.LiveNginx;

/** Asks nginx for its whole configuration. */
public final class NginxDump {
  private NginxDump() {}

  /** What {@code nginx -T} prints; nothing where there is no nginx. */
  public static String configuration(Host host) throws CommandFailed, HostException {
    if (host.facts().program("nginx").isEmpty()) {
      return "";
    }
    CommandRunner.Result result = LiveNginx.dump(host);
    if (!result.ok()) {
      throw new CommandFailed(
          ExitCode.FAILED,
          "nginx does not print its configuration",
          """
          nginx -T said:
          %sMend it first: what nginx refuses cannot be adopted.\
          """
              .formatted(result.tail(5).indent(4)));
    }
    return result.out();
  }
}
