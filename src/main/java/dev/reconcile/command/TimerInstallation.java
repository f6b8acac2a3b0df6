// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ConfigurationFile;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Suggestion;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.RootDirectory;
import dev.reconcile.run.RunId;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.SourceException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The installation and removal of units that run reconcile periodically, on a machine where no
 * package provides them.
 *
 * <p>Invariant: a foreign unit file is neither changed nor removed.
 */
final class TimerInstallation {
  private static final List<String> VERBS = List.of("install", "remove");
  private static final String USUAL = "15min";
  private static final String TIMER = "reconcile.timer";
  private static final String UNITS = "/etc/systemd/system/";
  private static final String SERVICE_FILE = UNITS + "reconcile.service";
  private static final String TIMER_FILE = UNITS + TIMER;

  /** The link that "systemctl enable" creates for the timer's [Install] section. */
  private static final String LINK = UNITS + "timers.target.wants/" + TIMER;

  private static final List<String> PACKAGED =
      List.of("/usr/lib/systemd/system/" + TIMER, "/lib/systemd/system/" + TIMER);
  private static final String CONFIG = "/etc/reconcile/config.yaml";

  private final Invocation arguments;
  private final Console console;
  private final Host host;
  private final Facts facts;
  private final TimerInterval every;
  private final StringBuilder done = new StringBuilder();

  TimerInstallation(Invocation arguments, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    this.arguments = arguments;
    this.console = console;
    this.every = TimerInterval.parse(arguments.value(TimerCommand.EVERY).orElse(USUAL));
    Path root = arguments.root();
    RootDirectory.prepare(root, false);
    this.host = hosts.open(root, RunId.at(Instant.now()), List.of());
    this.facts = host.facts();
  }

  /** Installs or removes the units, and prints the changes. */
  ExitCode run() throws CommandFailed, HostException {
    String verb = verb(arguments.words());
    HostFactory.requireRoot(host, "Only root can install or remove the timer. Use sudo.");
    for (String file : List.of(SERVICE_FILE, TIMER_FILE)) {
      refuseForeign(file);
    }
    if (verb.equals("install")) {
      install();
    } else {
      remove();
    }
    if (!done.isEmpty() || !console.isQuiet()) {
      console.print(done.isEmpty() ? "No changes.\n" : done.toString());
    }
    return ExitCode.OK;
  }

  private static String verb(List<String> words) throws CommandFailed {
    if (words.isEmpty()) {
      throw Invocation.usage("Missing subcommand", "Use \"timer install\" or \"timer remove\".");
    }
    String verb = words.getFirst();
    if (!VERBS.contains(verb)) {
      throw Invocation.usage(
          "Unknown subcommand",
          """
          "%s" is not a subcommand of timer.%s Use "timer install" or "timer remove".\
          """
              .formatted(verb, Suggestion.sentence(verb, VERBS)));
    }
    return verb;
  }

  private void refuseForeign(String file) throws CommandFailed, HostException {
    Optional<Stat> stat = facts.stat(file);
    if (stat.isEmpty()
        || (stat.get().type() == Stat.Type.FILE && text(file).startsWith(TimerUnits.MARK))) {
      return;
    }
    throw new CommandFailed(
            ExitCode.FAILED,
            "Conflicting unit",
            """
            %s was not written by "timer install", so reconcile does not change it. Enable \
            that timer, or remove the file and try again.\
            """
                .formatted(file))
        .suggesting("systemctl enable --now " + TIMER);
  }

  private void install() throws CommandFailed, HostException {
    for (String file : PACKAGED) {
      if (facts.stat(file).isPresent()) {
        refusePackaged(file);
      }
    }
    TimerUnits units =
        TimerUnits.of(
            System.getProperty("reconcile.launcher", ""), System.getProperty("java.home"), every);
    Optional<String> config = newConfiguration();

    if (config.isPresent()) {
      write(CONFIG, config.get(), 0600);
    }
    boolean isNew = write(SERVICE_FILE, units.service(), 0644);
    isNew |= write(TIMER_FILE, units.timer(), 0644);
    if (facts.stat(LINK).isEmpty()) {
      host.writeLink(LINK, TIMER_FILE);
      done.append(TIMER).append(" enabled\n");
      isNew = true;
    }
    if (facts.live()) {
      start(isNew);
    }
  }

  // The package's configuration file exists, and has no repo until the administrator adds one.
  private void refusePackaged(String file) throws CommandFailed, HostException {
    String enable = "systemctl enable --now " + TIMER;
    boolean lacksRepo = configuredRepo().isEmpty();
    if (!lacksRepo) {
      newConfiguration();
    }
    throw CommandFailed.request(
            "Timer of the package present",
            """
            The Debian package contains %s, which runs reconcile every 15 minutes, so there \
            is no timer to install; %s\
            """
                .formatted(
                    file,
                    lacksRepo ? "write the repo to " + CONFIG + " and enable it." : "enable it."))
        .suggesting(
            lacksRepo
                ? "echo 'repo: \"%s\"' >> %s && %s"
                    .formatted(wantedRepo().orElse("URL"), CONFIG, enable)
                : enable);
  }

  private String configuredRepo() throws CommandFailed, HostException {
    Map<String, List<String>> options =
        facts.stat(CONFIG).isPresent()
            ? ConfigurationFile.read(Optional.of(host.onDisk(CONFIG).toString()))
            : Map.of();
    return String.join(" ", options.getOrDefault("repo", List.of()));
  }

  // The service is not restarted, so a run in progress continues.
  private void start(boolean isNew) throws CommandFailed, HostException {
    if (isNew) {
      systemctl("daemon-reload");
      systemctl("restart", TIMER);
    } else if (!host.run(Command.of("systemctl", "is-active", "--quiet", TIMER)).ok()) {
      systemctl("start", TIMER);
    } else {
      return;
    }
    done.append(TIMER).append(" runs reconcile ").append(every.words()).append("\n");
  }

  /** Returns the text of the configuration file, if the file must be created. */
  private Optional<String> newConfiguration() throws CommandFailed, HostException {
    Optional<String> wanted = wantedRepo();
    boolean isThere = facts.stat(CONFIG).isPresent();
    String repo = configuredRepo();
    if (wanted.isEmpty() && repo.isEmpty()) {
      throw Invocation.usage(
          "No repo",
          """
          The timer needs a desired-state repo. Pass --repo git@host:path, or write repo: to \
          %s.\
          """
              .formatted(CONFIG));
    }
    if (isThere && wanted.isPresent() && !wanted.get().equals(repo)) {
      throw Invocation.usage(
          "Conflicting configuration",
          """
          %s%s timer install does not change an existing file. Write the repo into it as \
          "repo:", and omit --repo.\
          """
              .formatted(
                  CONFIG, repo.isEmpty() ? " exists, and has no repo." : " has another repo."));
    }
    return isThere ? Optional.empty() : wanted.map(TimerInstallation::configuration);
  }

  // A service has another working directory, so a relative path becomes absolute.
  private Optional<String> wantedRepo() throws CommandFailed {
    Optional<String> typed = arguments.value(CommonOptions.REPO);
    if (typed.isEmpty()) {
      return typed;
    }
    try {
      RepoUrl url = RepoUrl.parse(typed.get());
      return url instanceof RepoUrl.Directory ? Optional.of(url.toString()) : typed;
    } catch (SourceException e) {
      throw Invocation.usage(e.message(), e.detail());
    }
  }

  private static String configuration(String repo) {
    String quoted = repo.replace("\\", "\\\\").replace("\"", "\\\"");
    return "# Any option of \"reconcile --help\" by its long name.\nrepo: \"" + quoted + "\"\n";
  }

  private boolean write(String file, String text, int mode) throws HostException {
    if (facts.stat(file).isPresent() && text(file).equals(text)) {
      return false;
    }
    host.writeFile(file, Content.of(text), FileAttributes.root(mode));
    done.append(file).append(" written\n");
    return true;
  }

  private void remove() throws CommandFailed, HostException {
    boolean isThere = facts.stat(TIMER_FILE).isPresent();
    if (facts.live() && isThere) {
      systemctl("stop", TIMER);
    }
    for (String file : isThere ? List.of(LINK, TIMER_FILE, SERVICE_FILE) : List.of(SERVICE_FILE)) {
      if (facts.stat(file).isPresent()) {
        host.remove(file);
        done.append(file).append(" removed\n");
      }
    }
    if (facts.live() && !done.isEmpty()) {
      systemctl("daemon-reload");
    }
  }

  private String text(String file) throws HostException {
    return facts.readText(file, Limits.CONFIG_FILE);
  }

  private void systemctl(String... words) throws CommandFailed, HostException {
    String[] argv = new String[words.length + 1];
    argv[0] = "systemctl";
    System.arraycopy(words, 0, argv, 1, words.length);
    CommandRunner.Result result = host.run(Command.of(argv));
    if (!result.ok()) {
      throw new CommandFailed(
          ExitCode.FAILED,
          "Command failed",
          "\"%s\" failed:\n%s".formatted(String.join(" ", argv), result.err().strip()));
    }
  }
}
