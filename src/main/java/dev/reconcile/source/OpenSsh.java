package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts the system's ssh, so that {@code ~/.ssh/config}, known_hosts and the agent count. It never
 * asks anything and never accepts an unknown host key: from a timer nobody could answer. Nor does
 * it write to known_hosts what the server says of its other keys: a plan changes nothing.
 *
 * @param options further arguments, before all others; ssh takes the first value of an option
 */
record OpenSsh(List<String> options) {
  private static final List<String> SAFE =
      List.of(
          "-T",
          "-a",
          "-x",
          "-o",
          "BatchMode=yes",
          "-o",
          "StrictHostKeyChecking=yes",
          "-o",
          "UpdateHostKeys=no",
          "-o",
          "ClearAllForwardings=yes",
          "-o",
          "PermitLocalCommand=no",
          "-o",
          "ConnectTimeout=30",
          "-o",
          "ServerAliveInterval=15",
          "-o",
          "ServerAliveCountMax=4",
          "-o",
          "SendEnv=GIT_PROTOCOL");

  OpenSsh {
    options = List.copyOf(options);
  }

  /** The file of the only key that it offers; empty if it offers the user's own. */
  Optional<String> key() {
    return options.size() > 1 && options.getFirst().equals("-i")
        ? Optional.of(options.get(1))
        : Optional.empty();
  }

  /** One that offers this key and no other, not even of an agent. */
  static OpenSsh with(String key) {
    return new OpenSsh(List.of("-i", key, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"));
  }

  /** Starts a command on the server; the environment is ssh's, which passes on GIT_PROTOCOL. */
  Process start(RepoUrl.Ssh url, String command, Map<String, String> environment)
      throws SourceException {
    ProcessBuilder builder = new ProcessBuilder(arguments(url, command));
    builder.environment().remove("GIT_PROTOCOL");
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new SourceException(
          Reason.UNREACHABLE,
          "Cannot start ssh",
          "ssh is needed for " + url + ". Install it: apt install openssh-client.",
          e);
    }
  }

  /** Returns the whole command line; {@code --} keeps a host from being taken for an option. */
  List<String> arguments(RepoUrl.Ssh url, String command) {
    List<String> arguments = new ArrayList<>(List.of("ssh"));
    arguments.addAll(options);
    arguments.addAll(SAFE);
    if (url.port() != 0) {
      arguments.addAll(List.of("-p", Integer.toString(url.port())));
    }
    arguments.addAll(List.of("--", url.destination(), command));
    return arguments;
  }
}
