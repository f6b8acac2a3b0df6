// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.web.NginxCommand;
import java.util.List;

/**
 * Queries of nginx about the live configuration (nginx(8)). Even for a query, nginx opens its logs
 * and its pid file and creates the missing ones.
 *
 * <p>Invariant: a query leaves no trace on the host.
 */
public final class LiveNginx {
  private LiveNginx() {}

  /**
   * Runs {@code nginx -t}.
   *
   * @throws HostException if it cannot be asked without leaving a trace
   */
  public static CommandRunner.Result test(Host host) throws HostException {
    return ask(host, NginxCommand.asking(host.facts(), "-t"));
  }

  /**
   * Runs {@code nginx -T}, which prints every file that nginx reads.
   *
   * @throws HostException if it cannot be asked without leaving a trace
   */
  public static CommandRunner.Result dump(Host host) throws HostException {
    return ask(host, NginxCommand.asking(host.facts(), "-T", "-q"));
  }

  private static CommandRunner.Result ask(Host host, Command command) throws HostException {
    String version = host.run(Command.of("nginx", "-V")).err();
    MountNamespace namespace = new MountNamespace(host, NginxFiles.FOLDER);
    for (String path : NginxFiles.of(host.facts()).written(version)) {
      namespace.writes(path);
    }
    MountNamespace.Answer answer = namespace.run(List.of(), command.argv());
    if (!answer.ran()) {
      throw new HostException(
          HostFailure.COMMAND_FAILED, "nginx cannot run in a mount namespace:\n" + answer.text());
    }
    return new CommandRunner.Result(answer.exit(), answer.printed(), answer.text());
  }
}
