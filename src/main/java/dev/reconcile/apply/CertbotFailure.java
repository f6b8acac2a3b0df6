// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The cause of a failed order of a certificate.
 *
 * <p>Invariant: a failure that occurred before the CA judged the order is no refusal, so the next
 * run orders again. A failure of unknown cause counts as a refusal, because CAs rate-limit failed
 * orders.
 *
 * @param isRefusal whether the CA refused the order, or may have refused it
 * @param words the cause, in sentences
 * @param command a command that removes the cause or shows its details
 */
record CertbotFailure(boolean isRefusal, String words, Optional<String> command) {
  private static final int LINES = 12;
  private static final int SIGNALLED = 128; // signal(7): a killed program ends with 128 + signal

  private static final String BUSY = "Another instance of Certbot is already running";

  // certbot prints the last line of a Python exception. requests and urllib3 make its requests; its
  // acme client turns their failures into a ValueError.
  private static final Pattern UNREACHABLE =
      Pattern.compile(
          """
          (requests|urllib3)\\.exceptions\\.|Max retries exceeded|Network is unreachable\
          |ValueError: Requesting \
          """);
  private static final Pattern BROKEN =
      Pattern.compile("(ModuleNotFoundError|ImportError|DistributionNotFound)\\b");
  private static final Pattern LOCAL =
      Pattern.compile(
          """
          \\[Errno \\d+] (No space left on device|Disk quota exceeded|Read-only file\
           system|Permission denied|Operation not permitted|Input/output error)\
          """);

  // RFC 8555, section 6.7: the type of a problem that a CA reports
  private static final Pattern PROBLEM =
      Pattern.compile("(?m)^\\s*Domain: (\\S+)\\s*\\R\\s*Type:\\s+(\\S+)");

  /** Describes a certbot that could not be started or did not end in time. */
  static CertbotFailure of(HostException e) {
    return e.failure() == HostFailure.COMMAND_NOT_FOUND
        ? new CertbotFailure(
            false,
            """
            certbot is not installed, so no certificate was ordered. The run could not \
            install the package certbot, or the package was removed.\
            """,
            Optional.of("apt-get install certbot"))
        : new CertbotFailure(
            false,
            "certbot did not complete the order. " + e.message() + ".",
            Optional.of("tail -n 50 /var/log/letsencrypt/letsencrypt.log"));
  }

  /** Describes a certbot that ended without success. */
  static CertbotFailure of(CommandRunner.Result result, Step.ObtainCertificate step) {
    String output = result.out() + "\n" + result.err();
    String tail = result.tail(LINES);
    String excerpt =
        "\ncertbot said:\n" + (tail.isEmpty() ? "(nothing)" : tail).indent(4).stripTrailing();
    Optional<CertbotFailure> problem = problem(output, excerpt, step);
    if (problem.isPresent()) {
      return problem.get();
    }
    if (output.contains(BUSY)) {
      return local("Another certbot is running, perhaps a renewal.", "pgrep -a certbot");
    }
    if (result.exit() > SIGNALLED) {
      return local(
          "certbot was killed by signal %s before it completed the order.%s"
              .formatted(result.exit() - SIGNALLED, tail.isEmpty() ? "" : excerpt),
          "journalctl --dmesg --grep 'killed process' -n 5");
    }
    if (UNREACHABLE.matcher(output).find()) {
      return local(
          "This host does not reach the CA " + step.server() + "." + excerpt,
          "curl -sSI " + step.server());
    }
    if (BROKEN.matcher(output).find()) {
      return local("certbot cannot start." + excerpt, "apt-get install --reinstall certbot");
    }
    if (LOCAL.matcher(output).find()) {
      return local("A file operation of certbot failed on this host." + excerpt, "df -h /etc /var");
    }
    return new CertbotFailure(true, "certbot failed." + excerpt, Optional.empty());
  }

  private static CertbotFailure local(String words, String command) {
    return new CertbotFailure(false, words, Optional.of(command));
  }

  private static Optional<CertbotFailure> problem(
      String output, String excerpt, Step.ObtainCertificate step) {
    Matcher found = PROBLEM.matcher(output);
    if (!found.find()) {
      return Optional.empty();
    }
    List<String> names = step.names();
    String name = names.contains(found.group(1)) ? found.group(1) : names.getFirst();
    String look = "getent ahosts " + name;
    String ask = "curl -sSI http://" + name + "/.well-known/acme-challenge/test";
    return switch (found.group(2)) {
      case "dns" -> refused("The CA finds no address of " + name + " in DNS." + excerpt, look);
      case "connection" ->
          refused(
              """
              The CA does not reach port 80 of %s. A firewall blocks it, or the name has the \
              address of another server.%s\
              """
                  .formatted(name, excerpt),
              ask);
      case "unauthorized" ->
          refused(
              """
              The CA got another answer from http://%s/ than this server's. The name has the \
              address of another server, or another program answers at port 80.%s\
              """
                  .formatted(name, excerpt),
              look);
      default -> refused("The CA refused the order." + excerpt, look);
    };
  }

  private static Optional<CertbotFailure> refused(String words, String command) {
    return Optional.of(new CertbotFailure(true, words, Optional.of(command)));
  }
}
