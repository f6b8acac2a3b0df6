// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The system's ssh, which honours {@code ~/.ssh/config}, known_hosts and the agent. ssh runs
 * without prompts and accepts no unknown host key, because a run from a timer has nobody to answer.
 * It does not add the server's other keys to known_hosts either, because a plan changes nothing.
 *
 * <p>Of the caller's environment, ssh gets only the variables for authentication. They decide
 * whether a repository can be read, not what is done with it.
 *
 * @param options further arguments, placed before all others because ssh uses the first value of an
 *     option
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

  private static final List<String> PROOFS = List.of("SSH_AUTH_SOCK", "KRB5CCNAME");

  // The ssh that ssh starts for a ProxyJump does not inherit BatchMode; SSH_ASKPASS keeps it from
  // prompting.
  private static final Map<String, String> VARIABLES =
      Map.of(
          "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
          "LC_ALL", "C.UTF-8",
          "SSH_ASKPASS", "/bin/false",
          "SSH_ASKPASS_REQUIRE", "never");
  private static final Path OWN_SESSION = Path.of("/usr/bin/setsid");
  private static final int TERMINAL = 4; // index of tty_nr after the name, in proc_pid_stat(5)

  OpenSsh {
    options = List.copyOf(options);
  }

  /** Returns the file of the only key that ssh offers; empty if it offers the user's own keys. */
  Optional<String> key() {
    return options.size() > 1 && options.getFirst().equals("-i")
        ? Optional.of(options.get(1))
        : Optional.empty();
  }

  /** Returns an ssh that offers only this key, and none of an agent. */
  static OpenSsh with(String key) {
    return new OpenSsh(List.of("-i", key, "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"));
  }

  /**
   * Starts a command on the server. The environment is that of ssh, which passes on GIT_PROTOCOL.
   */
  Process start(RepoUrl.Ssh url, String command, Map<String, String> environment)
      throws SourceException {
    try {
      List<String> words = arguments(url, command);
      words.set(0, program());
      if (hasTerminal() && Files.isExecutable(OWN_SESSION)) {
        // setsid replaces itself by ssh, so the process is ssh
        words.addFirst(OWN_SESSION.toString());
      }
      ProcessBuilder builder = new ProcessBuilder(words).directory(new File("/"));
      Map<String, String> callers = new HashMap<>(builder.environment());
      callers.keySet().retainAll(PROOFS);
      builder.environment().clear();
      builder.environment().putAll(VARIABLES);
      builder.environment().putAll(callers);
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw new SourceException(
              Reason.UNREACHABLE,
              "Cannot start ssh",
              "ssh is needed for " + url + ". Install it.",
              e)
          .suggesting("apt-get install -y openssh-client");
    }
  }

  // ProcessBuilder would search the caller's PATH.
  private static String program() throws IOException {
    for (String folder : String.valueOf(VARIABLES.get("PATH")).split(":", -1)) {
      Path candidate = Path.of(folder, "ssh");
      if (Files.isExecutable(candidate)) {
        return candidate.toString();
      }
    }
    throw new NoSuchFileException("ssh");
  }

  private static boolean hasTerminal() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", TERMINAL + 2);
    return !fields[TERMINAL].equals("0");
  }

  /** Returns the whole command line; {@code --} keeps ssh from reading a host as an option. */
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
