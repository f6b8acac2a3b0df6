// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.adopt.Adoption;
import dev.reconcile.adopt.AdoptionFindings;
import dev.reconcile.adopt.AdoptionText;
import dev.reconcile.adopt.CodeInventory;
import dev.reconcile.adopt.FoundApp;
import dev.reconcile.adopt.GunicornApps;
import dev.reconcile.adopt.HostInventory;
import dev.reconcile.adopt.InstanceGroups;
import dev.reconcile.adopt.NginxTree;
import dev.reconcile.adopt.OtherConfigFiles;
import dev.reconcile.adopt.Unit;
import dev.reconcile.adopt.Virtualenv;
import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HttpProbe;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Privileges;
import dev.reconcile.model.Layout;
import dev.reconcile.run.HostFactory;
import dev.reconcile.run.Hostname;
import dev.reconcile.run.RunId;
import dev.reconcile.scan.AccessScan;
import dev.reconcile.scan.AccountScan;
import dev.reconcile.scan.CodeScan;
import dev.reconcile.scan.Interpreter;
import dev.reconcile.scan.NginxDump;
import dev.reconcile.scan.OtherConfigScan;
import dev.reconcile.scan.PackageScan;
import dev.reconcile.scan.ProcessScan;
import dev.reconcile.scan.UnitScan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The command's work: it writes a desired-state tree that describes a server set up by hand.
 *
 * <p>Invariant: nothing on the host is changed except for the directory of the tree.
 */
final class ServerAdoption {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Console console;
  private final Host host;
  private final Facts facts;
  private final String directory;
  private final String hostname;
  private final Optional<String> unasked;
  private final Map<String, CodeScan> code = new HashMap<>();

  ServerAdoption(Invocation arguments, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    this.directory = arguments.word().orElse("desired-state");
    this.hostname = Hostname.of(arguments);
    this.unasked = arguments.value(AdoptCommand.UNASKED);
    this.console = console;
    this.host = hosts.open(Path.of("/"), RunId.at(Instant.now()), List.of());
    this.facts = host.facts();
  }

  /** Observes the host, writes the tree, and prints the findings. */
  ExitCode run() throws CommandFailed, HostException {
    if (!Privileges.isRoot()) {
      throw new CommandFailed(
          ExitCode.NOT_PERMITTED,
          "Root required",
          """
          Only root can read all configuration of a host. Use sudo; adopt changes nothing on \
          the host.\
          """);
    }
    if (unasked.isPresent()) {
      return new UnaskedCheck(host, console, hostname).check(unasked.get());
    }
    refuseUsed();
    AdoptionFindings findings = new AdoptionFindings();
    ProcessScan processes = processes();
    List<Unit> units = new UnitScan(host, processes, hostname).all();
    NginxTree nginx = NginxTree.of(NginxDump.configuration(host), ownNames(hostname));
    List<FoundApp> apps =
        InstanceGroups.joined(GunicornApps.find(units, this::text, findings), nginx);
    HostInventory seen = seen(apps, nginx, units, processes);
    Adoption adoption = Adoption.of(seen.answering(statuses(seen)), findings);
    if (adoption.apps() == 0) {
      console.print(text(adoption));
      throw new CommandFailed(
          ExitCode.FAILED,
          "No adoptable app",
          """
          reconcile cannot adopt any gunicorn service of this host, and has written \
          nothing.%s\
          """
              .formatted(adoption.findings().isEmpty() ? "" : " The reasons are above."));
    }
    write(adoption);
    console.print(text(adoption));
    return new TreeValidation(Path.of(directory), console).run();
  }

  private String text(Adoption adoption) {
    return AdoptionText.of(adoption, directory, console.programIn(Path.of(directory)));
  }

  static ProcessScan processes() throws HostException {
    try {
      return ProcessScan.look();
    } catch (IOException e) {
      throw new HostException("Cannot inspect the processes: " + e, e);
    }
  }

  private Optional<String> text(String path) {
    try {
      return facts.text(path, Limits.CONFIG_FILE);
    } catch (HostException e) {
      return Optional.empty(); // an unreadable file counts as absent
    }
  }

  private void refuseUsed() throws CommandFailed {
    Path path = Path.of(directory);
    boolean used = Files.exists(path) && !Files.isDirectory(path);
    if (Files.isDirectory(path)) {
      try (Stream<Path> content = Files.list(path)) {
        used = content.findAny().isPresent();
      } catch (IOException e) {
        used = true;
      }
    }
    if (used) {
      throw Invocation.usage(
          "Directory not empty",
          directory + " is not empty, and adopt overwrites nothing. Pass another directory.");
    }
  }

  private HostInventory seen(
      List<FoundApp> apps, NginxTree nginx, List<Unit> units, ProcessScan processes)
      throws HostException {
    Map<String, CodeInventory> codes = new HashMap<>();
    Map<String, Virtualenv> virtualenvs = new HashMap<>();
    AccountScan accounts = processes.accounts();
    AccessScan access = new AccessScan(accounts);
    for (FoundApp app : apps) {
      Optional<CodeScan.Newcomer> newcomer =
          app.user().equals("root")
              ? Optional.of(new CodeScan.Newcomer(Layout.WEB_USER, access))
              : Optional.empty();
      CodeScan look = new CodeScan(app.directory(), newcomer);
      code.put("src/" + app.name(), look);
      CodeInventory seen = look.look();
      codes.put(app.name(), seen);
      Optional<String> interpreter =
          new Interpreter(facts, app.web().searchPath()).of(app.web().program());
      if (interpreter.isPresent()) {
        String home = accounts.home(app.user());
        virtualenvs.put(
            app.name(), new PackageScan(facts, home, seen.imports()).look(interpreter.get()));
      }
    }
    return new HostInventory(
        apps,
        codes,
        virtualenvs,
        Map.of(),
        nginx,
        processes.holders(),
        new OtherConfigFiles(OtherConfigScan.read(facts), units),
        access,
        packages());
  }

  /** Returns the names and addresses of this machine that may appear in nginx's configuration. */
  static Set<String> ownNames(String hostname) {
    Set<String> names = new HashSet<>(Set.of(hostname));
    try {
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          String text = address.getHostAddress().replaceFirst("%.*", "");
          names.add(text.contains(":") ? "[" + text + "]" : text);
        }
      }
    } catch (SocketException e) {
      return names; // NginxTree knows the loopback addresses
    }
    return names;
  }

  private static Map<String, Integer> statuses(HostInventory seen) {
    Map<String, Integer> statuses = new HashMap<>();
    Map<String, String> hosts = Adoption.hosts(seen);
    for (FoundApp app : seen.apps()) {
      String asked = hosts.get(app.name());
      if (asked != null && app.unit().isRunning()) {
        status(app, asked).ifPresent(status -> statuses.put(app.name(), status));
      }
    }
    return statuses;
  }

  // A service without an answer becomes a finding.
  private static Optional<Integer> status(FoundApp app, String asked) {
    try {
      return Optional.of(
          HttpProbe.status(app.web().askedAt(), app.web().healthPath(), asked, PATIENCE));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private List<String> packages() throws HostException {
    List<String> installed = new ArrayList<>();
    for (String name : List.of("nginx", "python3-venv")) {
      if (facts.packageVersion(name).isPresent()) {
        installed.add(name);
      }
    }
    return installed;
  }

  private void write(Adoption adoption) throws HostException {
    Path base = Path.of(directory);
    try {
      Files.createDirectories(base);
      for (String folder : adoption.copies().keySet()) {
        CodeScan copied = code.get(folder);
        if (copied != null) {
          copied.copy(base.resolve(folder));
        }
      }
      for (Map.Entry<String, String> file : adoption.files().entrySet()) {
        Path path = base.resolve(file.getKey());
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new HostException("Cannot write to " + directory + ": " + e, e);
    }
  }
}
