// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.util.List;

/** The options that several commands share. */
public final class CommonOptions {
  /** The help of the command in place of its execution. */
  public static final Option.Flag HELP =
      Option.flag("help", "print this help").withLetter("h").presentation().typedOnly();

  /** The version in place of the execution. */
  public static final Option.Flag VERSION =
      Option.flag("version", "print the version").presentation().typedOnly();

  /** More output. */
  public static final Option.Flag VERBOSE =
      Option.flag(
              "verbose",
              "print more details, and a stack trace after a failure of the host or of reconcile")
          .withLetter("v")
          .presentation();

  /** Less output. */
  public static final Option.Flag QUIET =
      Option.flag("quiet", "omit notices and \"No changes\"").withLetter("q").presentation();

  /** Output without colours. */
  public static final Option.Flag NO_COLOR =
      Option.flag("no-color", "print without colours").presentation();

  /** The options of every command. */
  public static final List<Option> GENERAL = List.of(HELP, VERSION, VERBOSE, QUIET, NO_COLOR);

  /** The repository of the desired state. */
  public static final Option.Single REPO =
      Option.value(
          "repo",
          "URL|DIR",
          Values.DIRECTORY,
          """
          the desired-state repo: git@host:path, ssh://, https://, file:// or a directory \
          (its HEAD)\
          """);

  /** The folder of the desired state in the repo. */
  public static final Option.Single PATH =
      Option.value(
          "path",
          "DIR",
          Values.DIRECTORY,
          "the folder of the desired state in the repo (default: the root, else desired-state/)");

  /** The hostname that selects hosts/NAME.yaml. */
  public static final Option.Single HOST =
      Option.value(
          "host", "NAME", Values.TEXT, "use hosts/NAME.yaml (default: the name of this host)");

  /** The directory tree in place of this machine. */
  public static final Option.Single ROOT =
      Option.value(
          "root",
          "DIR",
          Values.DIRECTORY,
          """
          use the directory tree DIR instead of this host: reconcile starts no service, sets \
          no owner and needs no root\
          """);

  /** The output as one JSON document. */
  public static final Option.Flag JSON =
      Option.flag("json", "print one JSON document instead of text").presentation();

  /** The page for a browser. */
  public static final Option.Single HTML =
      Option.value(
          "html",
          "FILE",
          Values.FILE,
          "also write a page for a browser to FILE (with --root, inside the tree)");

  /** The path of the configuration file. */
  public static final Option.Single CONFIG =
      Option.value(
              "config",
              "FILE",
              Values.FILE,
              "read the configuration from FILE instead of /etc/reconcile/config.yaml")
          .presentation()
          .typedOnly();

  /** The reason that an administrator leaves for others. */
  public static final Option.Single REASON =
      Option.value("reason", "TEXT", Values.TEXT, "the reason, in one line");

  /** The permission to take over foreign files. */
  public static final Option.Flag TAKE_OVER =
      Option.flag("take-over", "take over conflicting foreign files, after a backup");

  /** The greatest time to wait for the lock. */
  public static final Option.Single LOCK_TIMEOUT =
      Option.value(
              "lock-timeout",
              "TIME",
              Values.DURATION,
              "wait up to TIME, such as 30s, for another run to end (default: do not wait)")
          .presentation();

  /** The distinction of runs with changes by {@link ExitCode#CHANGED}. */
  public static final Option.Flag DETAILED_EXIT_CODE =
      Option.flag("detailed-exitcode", "exit with 2 if there are changes and nothing failed")
          .presentation();

  /** The file for the metrics of a run. */
  public static final Option.Single METRICS =
      Option.value(
              "metrics",
              "FILE",
              Values.FILE,
              """
              write the metrics of the run for Prometheus to FILE (default: reconcile.prom \
              in /var/lib/prometheus/node-exporter, if that directory exists)\
              """)
          .presentation();

  /** The options for user-configured commands that reconcile starts after a run. */
  public static final List<Option.Repeatable> HOOKS =
      List.of(
          hook("failure", "a run that fails for the first time or for a new cause"),
          hook("recovery", "the first successful run after a failed one"),
          hook("change", "each run that changes something"));

  /** The proxy of git, pip, apt and certbot for http. */
  public static final Option.Single HTTP_PROXY = proxy("http", "URL");

  /** The proxy of git, pip, apt and certbot for https. */
  public static final Option.Single HTTPS_PROXY = proxy("https", "URL");

  /** The servers that git, pip, apt and certbot reach without a proxy. */
  public static final Option.Repeatable NO_PROXY = proxy("no", "NAMES").repeatable();

  /** The certificates that git, pip, apt and certbot trust. */
  public static final Option.Single CA_BUNDLE =
      Option.value(
              "ca-bundle",
              "FILE",
              Values.FILE,
              """
              the file of CA certificates that git, pip, apt and certbot trust (default: the \
              caller's SSL_CERT_FILE and similar variables)\
              """)
          .presentation();

  private CommonOptions() {}

  private static Option.Repeatable hook(String event, String when) {
    return Option.value(
            "on-" + event,
            "COMMAND",
            Values.FILE,
            """
            run COMMAND, with the JSON report on its standard input, after WHEN; meant for the \
            configuration, where COMMAND may be a list of words\
            """
                .replace("WHEN", when))
        .repeatable()
        .presentation();
  }

  // A proxy changes only the route to a repository, so no plan depends on it. As a presentation
  // option, it also stays out of the record of a run, with its password.
  private static Option.Single proxy(String scheme, String placeholder) {
    String what =
        scheme.equals("no")
            ? """
            the servers that git, pip, apt and certbot reach without a proxy (default: the \
            caller's no_proxy)\
            """
            : """
            the proxy through which git, pip, apt and certbot reach SCHEME servers (default: \
            the caller's SCHEME_proxy); put a URL with a password into the configuration, \
            because every user of the host can read command lines\
            """
                .replace("SCHEME", scheme);
    return Option.value(scheme + "-proxy", placeholder, Values.TEXT, what).presentation();
  }
}
