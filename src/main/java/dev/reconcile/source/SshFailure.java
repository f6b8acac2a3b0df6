// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The translation of error output of ssh, and of git on the server, to advice for the
 * administrator.
 */
final class SshFailure {
  private static final int LINES_SHOWN = 3;

  private record Known(
      List<String> signs, Reason reason, String message, String advice, String command) {
    Known(List<String> signs, Reason reason, String message, String advice) {
      this(signs, reason, message, advice, "");
    }

    boolean isOfKeys() {
      return advice.contains("~/.ssh of") || command.startsWith("ssh-keygen -t");
    }
  }

  /**
   * The known errors. The first match counts, so a changed host key comes before an unknown one.
   */
  private static final List<Known> KNOWN =
      List.of(
          new Known(
              List.of("host identification has changed", "has changed and you have requested"),
              Reason.UNREACHABLE,
              "Changed ssh host key",
              """
              Either the server was reinstalled or the connection is intercepted. Compare the \
              key's fingerprint with the one that the server's owner publishes; only then \
              replace it.\
              """,
              "ssh-keygen -R %1$s && ssh-keyscan %2$s >> ~/.ssh/known_hosts"),
          new Known(
              List.of("host key verification failed", "host key is known for"),
              Reason.UNREACHABLE,
              "Unknown ssh host key",
              """
              Add it, and compare its fingerprint with the one that the server's owner \
              publishes.\
              """,
              "ssh-keyscan %2$s | tee -a ~/.ssh/known_hosts | ssh-keygen -lf -"),
          new Known(
              List.of(
                  "bad permissions", "bad owner", "unprotected private key", "no such identity"),
              Reason.UNREACHABLE,
              "Unusable ssh files",
              "Check the files in ~/.ssh of the user that runs reconcile."),
          new Known(
              List.of("permission denied (", "too many authentication failures"),
              Reason.UNREACHABLE,
              "ssh key refused",
              """
              Make a key without a passphrase for the user that runs reconcile, and add its .pub \
              file to the repository as a read-only deploy key.\
              """,
              "ssh-keygen -t ed25519 -N '' -f ~/.ssh/id_ed25519"),
          new Known(
              List.of("could not resolve hostname"),
              Reason.UNREACHABLE,
              "Unknown host name",
              "Check the address, and that this machine can look up names."),
          new Known(
              List.of(
                  "repository not found",
                  "does not appear to be a git repository",
                  "could not be found",
                  "no such project",
                  "not a git repository"),
              Reason.NOT_A_REPO,
              "No such repository on the server",
              "Check the path, and that the key may read it: servers give the same answer for both."),
          new Known(
              List.of(
                  "connection refused",
                  "timed out",
                  "no route to host",
                  "network is unreachable",
                  "connection closed",
                  "connection reset",
                  "not responding"),
              Reason.UNREACHABLE,
              "No connection to the ssh server",
              "Check the network, the port and the server."));

  private SshFailure() {}

  /** Returns the explanation of ssh's error output. */
  static SourceException explain(RepoUrl.Ssh url, String errors, OpenSsh ssh) {
    String lower = errors.toLowerCase(Locale.ROOT);
    String sshOutput = sshOutput(errors);
    for (Known known : KNOWN) {
      if (known.signs.stream().anyMatch(lower::contains)) {
        if (ssh.key().isPresent() && known.isOfKeys()) {
          return new SourceException(
                  known.reason,
                  known.message,
                  """
                  %s: source.key names %s. It must have no passphrase, and its public \
                  part must be a read-only deploy key of the repository.%s\
                  """
                      .formatted(url, ssh.key().get(), sshOutput))
              .suggesting("ssh-keygen -y -f " + ssh.key().get());
        }
        String name = knownHostsName(url);
        String advice = known.advice.formatted(name, scanned(url));
        return new SourceException(known.reason, known.message, url + ": " + advice + sshOutput)
            .suggesting(known.command.formatted(name, scanned(url)));
      }
    }
    return new SourceException(
            Reason.UNREACHABLE,
            "Unexpected answer from the git server",
            url + ": try it by hand." + sshOutput)
        .suggesting("ssh -T " + scanned(url));
  }

  private static String knownHostsName(RepoUrl.Ssh url) {
    return url.port() == 0 ? url.host() : "'[" + url.host() + "]:" + url.port() + "'";
  }

  private static String scanned(RepoUrl.Ssh url) {
    return url.port() == 0 ? url.host() : "-p " + url.port() + " " + url.host();
  }

  private static String sshOutput(String errors) {
    List<String> lines =
        errors.lines().map(PrintableText::line).filter(line -> !line.isEmpty()).toList();
    if (lines.isEmpty()) {
      return "";
    }
    return lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()).stream()
        .collect(Collectors.joining(" / ", "\nIt said: ", ""));
  }
}
