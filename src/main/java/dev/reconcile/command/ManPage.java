package dev.reconcile.command;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Version;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The manual page, made of the help of the commands: what the one knows, the other says. */
final class ManPage {
  private static final String DESCRIPTION =
      """
      .SH DESCRIPTION
      A git repository says which Flask apps a server has: a file of YAML for each app, and one for
      the server.
      .B reconcile
      makes source, virtualenv, gunicorn under systemd and nginx site of each app match it, and
      changes what differs and nothing else.
      .PP
      It tries a change before it is live. An app whose change does not work goes back to what it
      was, and the others go on. What others have made is never changed or removed unasked.
      .PP
      Options that are always the same belong in
      .IR /etc/reconcile/config.yaml ,
      by their long names. With
      .B repo:
      in it, the timer can be switched on:
      .PP
      .EX
          systemctl enable \\-\\-now reconcile.timer
      .EE
      .PP
      What comes of a run does not depend on the variables, locale, umask, limits, terminal or
      working directory of whoever starts it. Only the way to servers is the caller's, unless an
      option or the configuration says something else:
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
      options, each by its long name, for
      .BR apply ", " plan " and " rollback .
      .TP
      .IR /etc/reconcile/allowed_signers ", " /etc/reconcile/allowed_keys.gpg
      whose signatures
      .B \\-\\-verify\\-commit
      takes.
      .TP
      .I /var/lib/reconcile/state.json
      what belongs to reconcile, and what runs have left to do.
      .TP
      .IR /var/lib/reconcile/checkouts ", " /var/lib/reconcile/venvs
      source and virtualenv of each app, a folder for each revision. The apps are served from
      here.
      .TP
      .I /var/lib/reconcile/backup
      what the last 30 runs have replaced, for
      .BR rollback .
      .TP
      .I /var/lib/reconcile/last\\-run.json
      the report of the last run.
      .TP
      .I /var/lib/prometheus/node\\-exporter/reconcile.prom
      numbers of the last run, for the node_exporter of Prometheus, if the folder is there.
      .TP
      .I /var/lib/reconcile/failing
      what is wrong, while runs fail, so that hooks tell of it once.
      .TP
      .I /var/lib/reconcile/suspended
      who has suspended it, when and why, while it is.
      .TP
      .I /run/reconcile.lock
      locked during a run; names the process.
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

  /** The page, for man(1). */
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
        .append("reconcile \\- keep a server with Flask apps as a git repository says\n");
  }

  private void synopsis() {
    page.append(".SH SYNOPSIS\n.nf\n");
    for (Invocation.Command command : Invocation.Command.values()) {
      String[] usage = HelpText.of(command).usage().split(" ", 2);
      page.append("\\fB" + usage[0] + "\\fP " + line(usage[1]));
    }
    page.append(".fi\n");
  }

  private void commands() {
    page.append(".SH COMMANDS\n");
    for (Invocation.Command command : Invocation.Command.values()) {
      List<String> paragraphs = HelpText.of(command).paragraphs();
      page.append(".TP\n.B " + command.word() + "\n" + line(paragraphs.getFirst()));
      for (String paragraph : paragraphs.subList(1, paragraphs.size())) {
        page.append(".IP\n" + line(paragraph));
      }
    }
  }

  private void options() {
    page.append(".SH OPTIONS\n");
    List<HelpText.Entry> told = new ArrayList<>();
    for (Invocation.Command command : Invocation.Command.values()) {
      List<HelpText.Entry> options = HelpText.of(command).options();
      page.append(".SS " + command.word() + "\n");
      if (told.containsAll(options)) {
        page.append("Those of the same names above.\n");
        continue;
      }
      for (HelpText.Entry option : options) {
        String tag = option.text().isEmpty() ? ".PP\n" : ".TP\n";
        page.append(tag + ".B " + line(option.tag()) + line(option.text()));
      }
      told.addAll(options);
    }
  }

  private void exitStatus() {
    page.append(".SH EXIT STATUS\n");
    for (ExitCode code : ExitCode.values()) {
      if (code != ExitCode.NOT_KNOWN) {
        page.append(".TP\n.B " + code.number() + "\n" + line(meaning(code)));
      }
    }
  }

  private static String meaning(ExitCode code) {
    return switch (code) {
      case OK -> "All is as it should be, now or already; for a plan: planned.";
      case FAILED -> "Nothing or not everything was applied.";
      case CHANGED -> "Only with --detailed-exitcode: there were changes, and all went well.";
      case ROLLED_BACK -> "Some apps were taken back or stay as they are; all others converged.";
      case USAGE -> "The command line makes no sense.";
      case INVALID -> "The desired state is invalid; nothing was touched.";
      case UNAVAILABLE -> "The repo could not be reached or read.";
      case BUG -> "A mistake in reconcile itself.";
      case LOCKED -> "Another run holds the lock.";
      case NOT_PERMITTED -> "Not permitted: needs root, or a good signature of the commit.";
      case NOT_KNOWN -> "";
      case NO_READER -> "Whoever read the output has gone.";
    };
  }

  private void examples() {
    page.append(".SH EXAMPLES\n.nf\n");
    for (Invocation.Command command : Invocation.Command.values()) {
      for (String example : HelpText.of(command).examples()) {
        page.append(line("    " + example));
      }
    }
    page.append(".fi\n");
  }

  /** A line of text, empty for none; never taken for a request, whatever it begins with. */
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
