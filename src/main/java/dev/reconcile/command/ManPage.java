// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The manual page, generated from all commands and exit codes. */
final class ManPage {
  private static final String DESCRIPTION =
      """
      .SH DESCRIPTION
      .B reconcile
      keeps a server that runs Flask apps in the state that a git repository describes: one YAML
      file for the server, and one for each app. An app consists of source, virtualenv, gunicorn
      under systemd and an nginx site. A run changes only what differs.
      .PP
      A run tests the changes before it makes them live. It rolls back an app whose changes fail,
      and continues with the other apps. It never changes or removes foreign resources, unless
      .B \\-\\-take\\-over
      permits it.
      .PP
      .I /etc/reconcile/config.yaml
      contains options by their long names. If it contains
      .BR repo: ,
      the timer can be enabled:
      .PP
      .EX
          systemctl enable \\-\\-now reconcile.timer
      .EE
      .PP
      The result of a run does not depend on the caller's variables, locale, umask, limits,
      terminal or working directory. Only the access to servers depends on the caller's
      environment, unless an option or the configuration sets it:
      .BR http_proxy ", " https_proxy ", " all_proxy ", " no_proxy
      (or in capitals),
      .BR SSL_CERT_FILE ", " SSL_CERT_DIR ", " GIT_SSL_CAINFO ", " CURL_CA_BUNDLE ", "
      .BR REQUESTS_CA_BUNDLE " and " PIP_CERT
      for git, pip, apt and certbot;
      .BR SSH_AUTH_SOCK " and " KRB5CCNAME
      for ssh.
      """;

  private static final String FILES =
      """
      .SH FILES
      .TP
      .I /etc/reconcile/config.yaml
      options by their long names, for
      .BR apply ", " plan " and " rollback .
      .TP
      .IR /etc/reconcile/allowed_signers ", " /etc/reconcile/allowed_keys.gpg
      the keys whose signatures
      .B \\-\\-verify\\-commit
      accepts.
      .TP
      .I /var/lib/reconcile/state.json
      the owned resources, the pending handlers and the quarantined revisions.
      .TP
      .IR /var/lib/reconcile/checkouts ", " /var/lib/reconcile/venvs
      the source and virtualenv of each app, with a directory for each revision. The apps run
      from here.
      .TP
      .I /var/lib/reconcile/backup
      the files that the last 30 runs replaced, for
      .BR rollback .
      .TP
      .I /var/lib/reconcile/last\\-run.json
      the report of the last run.
      .TP
      .I /var/lib/prometheus/node\\-exporter/reconcile.prom
      metrics of the last run for the node_exporter of Prometheus, if the directory exists.
      .TP
      .I /var/lib/reconcile/failing
      the present failure, while runs fail; it prevents repeated hooks.
      .TP
      .I /var/lib/reconcile/suspended
      who suspended applies, when and why; exists only during a suspension.
      .TP
      .I /run/reconcile.lock
      the lock of a run; names its process.
      """;

  private static final String SEE_ALSO =
      """
      .SH SEE ALSO
      .BR systemctl (1),
      .BR journalctl (1),
      .BR systemd.timer (5),
      .BR nginx (8)
      """;

  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /** Prints the page. */
  public static void main(String[] arguments) {
    new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)
        .print(text());
  }

  /** Returns the page in the format of man(7). */
  static String text() {
    ManPage page = new ManPage();
    page.name();
    page.synopsis();
    page.page.append(DESCRIPTION);
    page.commands();
    page.options();
    page.exitStatus();
    page.page.append(FILES);
    page.examples();
    page.page.append(SEE_ALSO);
    return page.page.toString();
  }

  private void name() {
    page.append(".TH RECONCILE 8 \"\" \"reconcile " + escape(Version.text()) + "\"")
        .append(" \"System administration\"\n.SH NAME\n")
        .append("reconcile \\- keep a server with Flask apps in the state of a git repository\n");
  }

  private void synopsis() {
    page.append(".SH SYNOPSIS\n.nf\n");
    for (Subcommand command : Commands.ALL) {
      page.append("\\fBreconcile\\fP " + line(command.usage()));
    }
    page.append(".fi\n");
  }

  private void commands() {
    page.append(".SH COMMANDS\n");
    for (Subcommand command : Commands.ALL) {
      List<String> paragraphs = paragraphs(command);
      page.append(".TP\n.B " + command.name() + "\n" + line(paragraphs.getFirst()));
      for (String paragraph : paragraphs.subList(1, paragraphs.size())) {
        page.append(".IP\n" + line(paragraph));
      }
    }
  }

  private static List<String> paragraphs(Subcommand command) {
    return Stream.of(command.description().split("\n\n", -1))
        .map(paragraph -> paragraph.strip().replace("\n", " "))
        .toList();
  }

  // An option of several commands is described once.
  private void options() {
    page.append(".SH OPTIONS\n.SS All commands\n");
    CommonOptions.GENERAL.forEach(this::option);
    Set<Option> told = new HashSet<>();
    for (Subcommand command : Commands.ALL) {
      List<Option> options = command.options();
      if (options.isEmpty()) {
        continue;
      }
      page.append(".SS " + command.name() + "\n");
      List<String> again = new ArrayList<>();
      for (Option option : options) {
        if (told.contains(option)) {
          again.add("--" + option.name());
        } else {
          option(option);
        }
      }
      if (!again.isEmpty()) {
        page.append(".PP\n" + line("As above: " + String.join(", ", again) + "."));
      }
      told.addAll(options);
    }
  }

  private void option(Option option) {
    page.append(".TP\n.B " + line(option.syntax()) + line(option.help()));
  }

  private void exitStatus() {
    page.append(".SH EXIT STATUS\n");
    for (ExitCode code : ExitCode.values()) {
      if (!code.meaning().isEmpty()) {
        page.append(".TP\n.B " + code.number() + "\n" + line(code.meaning()));
      }
    }
  }

  private void examples() {
    page.append(".SH EXAMPLES\n.nf\n");
    for (Subcommand command : Commands.ALL) {
      for (String example : command.examples()) {
        page.append(line("    " + example));
      }
    }
    page.append(".fi\n");
  }

  /**
   * Returns text as one line, empty for none. Its first character is never read as the start of a
   * request (groff(7)).
   */
  private static String line(String text) {
    if (text.isEmpty()) {
      return "";
    }
    boolean isRequest = text.startsWith(".") || text.startsWith("'");
    return (isRequest ? "\\&" : "") + escape(text) + "\n";
  }

  private static String escape(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("^", "\\(ha")
        .replace("~", "\\(ti");
  }
}
