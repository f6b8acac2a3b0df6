package dev.reconcile.cli;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;

/** Asks nginx for its whole configuration. */
final class AdoptedNginx {
  /**
   * nginx opens its logs and its pid file even to print its configuration, and makes those that are
   * missing: in a mount namespace of its own, where these folders are covered by links to what they
   * hold, that leaves no trace.
   */
  private static final String SCRIPT =
      """
      set -eu
      mount -t tmpfs -o mode=0755 reconcile /mnt
      count=0
      for folder in /var/log/nginx /run; do
        [ -d "$folder" ] || continue
        mkdir "/mnt/$count"
        mount --rbind "$folder" "/mnt/$count"
        mount -t tmpfs -o mode=0755 reconcile "$folder"
        find "/mnt/$count" -mindepth 1 -maxdepth 1 -exec ln -s -t "$folder" -- {} +
        count=$((count + 1))
      done
      exec nginx -T -q
      """;

  private AdoptedNginx() {}

  /** What {@code nginx -T} prints; nothing where there is no nginx. */
  static String configuration(Host host) throws Stop, HostException {
    if (host.facts().program("nginx").isEmpty()) {
      return "";
    }
    CommandRunner.Result result = host.run(Command.of("unshare", "--mount", "sh", "-c", SCRIPT));
    if (!result.ok()) {
      throw new Stop(
          ExitCode.FAILED,
          "nginx does not print its configuration",
          "nginx -T said:\n"
              + result.tail(5).indent(4)
              + "Mend it first: what nginx refuses cannot be adopted.");
    }
    return result.out();
  }
}
