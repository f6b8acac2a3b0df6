// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.SourceException;
import java.util.ArrayList;
import java.util.List;

/** The checks of the repository and of the configuration that names it. */
final class RepoChecks {
  private static final List<String> KEYS = List.of("id_ed25519", "id_rsa", "id_ecdsa");
  private static final String SSH = "/root/.ssh/";

  private RepoChecks() {}

  static List<Diagnostic> configuration(DoctorContext context) {
    String path = context.configuration().path();
    List<Diagnostic> findings = new ArrayList<>();
    for (Diagnostic mistake : context.configuration().mistakes()) {
      int line = mistake.origin().map(origin -> origin.line()).orElse(0);
      findings.add(
          Diagnostic.finding(
              "Invalid configuration file",
              "%s%s: %s. %s"
                  .formatted(
                      path, line > 0 ? " line " + line : "", mistake.summary(), mistake.detail()),
              line > 0 ? "sed -i '" + line + "s/^/# /' " + path : "cat " + path));
    }
    return findings;
  }

  static List<Diagnostic> configured(DoctorContext context) {
    if (!context.repo().text().isEmpty() || !context.configuration().mistakes().isEmpty()) {
      return List.of();
    }
    String known = context.records().state().repo();
    String repo =
        known.isEmpty() || known.contains("***") ? "git@example.com:me/server.git" : known;
    String path = context.configuration().path();
    return List.of(
        Diagnostic.finding(
            "No repo configured",
            "The timer, and reconcile without --repo, need a repo. %s"
                .formatted(
                    repo.equals(known)
                        ? "This one was applied last."
                        : "Replace the example address."),
            "install -d " + folder(path) + " && echo 'repo: \"" + repo + "\"' >>" + path));
  }

  private static String folder(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  static List<Diagnostic> reachable(DoctorContext context) throws HostException {
    if (context.repo().failure().isEmpty()) {
      return List.of();
    }
    SourceException failure = context.repo().failure().get();
    String reason = failure.getMessage() + ". " + failure.diagnostic().detail();
    if (context.repo().url().orElse(null) instanceof RepoUrl.Ssh ssh) {
      return List.of(overSsh(context, ssh, failure, reason));
    }
    String text = context.repo().text();
    boolean isWeb = context.repo().url().orElse(null) instanceof RepoUrl.Https;
    return List.of(
        unreadable(reason, (isWeb ? "curl -sSI " : "git ls-remote ") + Diagnostic.quoted(text)));
  }

  // The first step that fails is the finding: the name, the connection, the host key, root's key.
  private static Diagnostic overSsh(
      DoctorContext context, RepoUrl.Ssh url, SourceException failure, String reason)
      throws HostException {
    if (context.facts().program("ssh").isEmpty()) {
      return Diagnostic.finding(
          "ssh not installed", "The repo has an ssh address.", "apt-get install -y openssh-client");
    }
    String host = url.port() == 0 ? url.host() : "-p " + url.port() + " " + url.host();
    return switch (failure.message()) {
      case "Unknown ssh host key" ->
          Diagnostic.finding(
              "Unknown ssh host key",
              """
              Compare the fingerprint that the command prints with the one that the server's \
              owner publishes.\
              """,
              """
              install -d -m 700 %s && ssh-keyscan %s | tee -a %sknown_hosts | ssh-keygen -lf -\
              """
                  .formatted(SSH, host, SSH));
      case "Unknown host name" -> unreadable(reason, "getent hosts " + url.host());
      case "ssh key refused" -> hasKey(context) ? unreadable(url, reason) : missingKey(reason);
      default -> unreadable(url, reason);
    };
  }

  private static boolean hasKey(DoctorContext context) throws HostException {
    boolean hasKey = false;
    for (String key : KEYS) {
      hasKey |= context.facts().stat(SSH + key).isPresent();
    }
    return hasKey;
  }

  private static Diagnostic unreadable(RepoUrl.Ssh url, String reason) {
    String port = url.port() == 0 ? "" : "-p " + url.port() + " ";
    return unreadable(reason, "ssh -T " + port + url.destination());
  }

  private static Diagnostic unreadable(String reason, String command) {
    return Diagnostic.finding("Unreadable repo", reason, command);
  }

  private static Diagnostic missingKey(String reason) {
    return Diagnostic.finding(
        "Missing ssh key of root",
        """
        Add the key that the command prints to the repository as a read-only deploy key. \
        The server answered: %s\
        """
            .formatted(reason),
        "ssh-keygen -q -t ed25519 -N '' -f %sid_ed25519 && cat %sid_ed25519.pub"
            .formatted(SSH, SSH));
  }
}
