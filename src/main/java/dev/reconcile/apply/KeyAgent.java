// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step.SshAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An ssh agent (ssh-agent(1)) that lets a build use a key that the build cannot read. The agent of
 * the build's user keeps the key in memory, which no other process of that user may read, and signs
 * with it until the build ends.
 */
final class KeyAgent implements AutoCloseable {
  private static final String PLACE = VenvKind.BUILD + "/agent";
  private static final String SOCKET = "/socket";
  private static final String PUBLIC = "/.ssh/source.pub";
  private static final String KNOWN_HOSTS = "/root/.ssh/known_hosts";
  private static final Duration LIMIT = Duration.ofHours(1);

  private static final int TRIES = 100;
  private static final long PAUSE_MILLIS = 50;

  private final Host host;
  private final BuildDirectories room;
  private final String unit;

  private KeyAgent(Host host, BuildDirectories room) {
    this.host = host;
    this.room = room;
    this.unit = host.runName() + ".agent";
  }

  /** Returns the mapping of the socket's directory on the host to its path in the build. */
  static Map<String, String> folder(BuildDirectories room) {
    return Map.of(room.agent(), PLACE);
  }

  /** Returns the variables that make git, and the ssh that it starts, use the agent. */
  static Map<String, String> environment() {
    String ssh =
        "%s -oIdentitiesOnly=yes -oIdentityFile=%s%s"
            .formatted(VenvKind.ENVIRONMENT.get("GIT_SSH_COMMAND"), VenvKind.HOME, PUBLIC);
    return Map.of("SSH_AUTH_SOCK", PLACE + SOCKET, "GIT_SSH_COMMAND", ssh, "SVN_SSH", ssh);
  }

  /**
   * Starts an agent and adds the key.
   *
   * @param sandbox the sandbox in which the agent runs
   */
  static KeyAgent start(Host host, BuildDirectories room, BuildSandbox sandbox, SshAccess access)
      throws HostException, StepException {
    KeyAgent agent = new KeyAgent(host, room);
    String shown = agent.run(Map.of(), "ssh-keygen", "-y", "-P", "", "-f", access.key()).out();
    host.writeState(room.home() + PUBLIC, Content.of(shown), FileAttributes.root(0644));
    host.writeState(
        room.home() + "/.ssh/known_hosts",
        Content.of(agent.knownHosts(access.hosts())),
        FileAttributes.root(0644));
    List<String> argv = List.of("ssh-agent", "-D", "-a", PLACE + SOCKET);
    List<String> words = sandbox.argv(agent.unit, VenvKind.ENVIRONMENT, LIMIT, argv);
    words.add(1, "--property=SuccessExitStatus=SIGKILL"); // the normal end of the agent
    agent.run(Map.of(), words.toArray(String[]::new));
    try {
      agent.await();
      String socket = host.onDisk(room.agent() + SOCKET).toString();
      agent.run(
          Map.of("SSH_AUTH_SOCK", socket, "SSH_ASKPASS_REQUIRE", "never"),
          "ssh-add",
          "-q",
          access.key());
      return agent;
    } catch (HostException | StepException e) {
      agent.close();
      throw e;
    }
  }

  // Only the entries of root's file that the build needs; ssh reads the system's file itself.
  private String knownHosts(List<String> hosts) throws HostException {
    StringBuilder lines = new StringBuilder();
    if (host.facts().stat(KNOWN_HOSTS).isEmpty()) {
      return "";
    }
    for (String name : hosts) {
      int colon = name.lastIndexOf(':');
      String entry =
          colon < 0 ? name : "[" + name.substring(0, colon) + "]:" + name.substring(colon + 1);
      CommandRunner.Result found =
          host.run(Command.of("ssh-keygen", "-F", entry, "-f", KNOWN_HOSTS));
      lines.append(found.ok() ? found.out() : "");
    }
    return lines.toString();
  }

  private void await() throws HostException, StepException {
    for (int i = 0; i < TRIES; i++) {
      if (host.facts().stat(room.agent() + SOCKET).isPresent()) {
        return;
      }
      Sleeper.of(PAUSE_MILLIS);
    }
    throw new StepException("Unusable ssh key", "ssh-agent did not start within 5 seconds.");
  }

  private CommandRunner.Result run(Map<String, String> environment, String... argv)
      throws HostException, StepException {
    CommandRunner.Result result =
        host.run(new Command(List.of(argv), "", environment, Duration.ofSeconds(30)));
    if (!result.ok()) {
      throw new StepException(
          "Unusable ssh key",
          """
          %s said: %s
          source.key must name an ssh private key without a passphrase.\
          """
              .formatted(argv[0], result.tail(3)));
    }
    return result;
  }

  /** Stops the agent. After that, only the file on the host has the key. */
  @Override
  public void close() throws HostException {
    host.run(Command.of("systemctl", "stop", room.user() + "." + unit + ".service"));
  }
}
