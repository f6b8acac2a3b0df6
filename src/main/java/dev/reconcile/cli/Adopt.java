package dev.reconcile.cli;

import dev.reconcile.adopt.Adoption;
import dev.reconcile.adopt.AdoptionText;
import dev.reconcile.adopt.Code;
import dev.reconcile.adopt.Findings;
import dev.reconcile.adopt.NginxTree;
import dev.reconcile.adopt.Seen;
import dev.reconcile.adopt.Service;
import dev.reconcile.adopt.Services;
import dev.reconcile.adopt.Virtualenv;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HttpProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The command {@code adopt}: writes a desired-state tree that says what a server set up by hand is.
 *
 * <p>Invariant: nothing on the host is changed but the directory that the tree is written to.
 */
final class Adopt {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Console console;
  private final Host host;
  private final Facts facts;
  private final String directory;
  private final String hostname;
  private final Map<String, AdoptedCode> code = new HashMap<>();

  Adopt(Arguments arguments, Console console, Hosts hosts) throws Stop, HostException {
    List<String> words = arguments.line().getArgList();
    this.directory = words.isEmpty() ? "desired-state" : words.getFirst();
    this.hostname = Hostname.of(arguments);
    this.console = console;
    this.host = hosts.open(Path.of("/"), RunName.at(Instant.now()), List.of());
    this.facts = host.facts();
  }

  /** Looks, writes the tree, says what it found. */
  ExitCode run() throws Stop, HostException {
    refuseUsed();
    if (!Hosts.isRoot()) {
      throw new Stop(
          ExitCode.NOT_PERMITTED,
          "Only root can read all of a server",
          "Run it with sudo; it changes nothing.");
    }
    Findings findings = new Findings();
    List<Service> services = Services.find(new AdoptedUnits(host, hostname).all(), findings);
    if (services.isEmpty()) {
      findings.all().forEach(finding -> console.detail(finding.text() + " " + finding.place()));
      throw new Stop(
          ExitCode.FAILED,
          "No app was found",
          "systemd runs no gunicorn on this host that could be adopted; nothing was written. With"
              + " -v, what there is.");
    }
    Adoption adoption = Adoption.of(seen(services), findings);
    write(adoption);
    console.print(AdoptionText.of(adoption, directory));
    return new Validate(Path.of(directory), console).run();
  }

  private void refuseUsed() throws Stop {
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
      throw Arguments.usage(
          "The directory is not empty",
          directory + " has something in it, and adopt writes over nothing. Name another.");
    }
  }

  private Seen seen(List<Service> services) throws Stop, HostException {
    NginxTree nginx = NginxTree.of(AdoptedNginx.configuration(host));
    Map<String, Code> codes = new HashMap<>();
    Map<String, Virtualenv> virtualenvs = new HashMap<>();
    Map<String, Integer> statuses = new HashMap<>();
    for (Service service : services) {
      String user = service.user().equals("root") ? "www-data" : service.user();
      AdoptedCode look = new AdoptedCode(service.directory(), user);
      code.put("src/" + service.name(), look);
      codes.put(service.name(), look.look());
      if (service.venv().isPresent()) {
        virtualenvs.put(service.name(), new AdoptedVirtualenv(facts, service.venv().get()).look());
      }
      if (service.unit().isRunning()) {
        ask(service, statuses);
      }
    }
    return new Seen(
        services, codes, virtualenvs, statuses, nginx, listening(nginx.sockets()), packages());
  }

  private static void ask(Service service, Map<String, Integer> statuses) {
    String address = service.addresses().getFirst().replaceFirst("^tcp:", "127.0.0.1:");
    try {
      statuses.put(service.name(), HttpProbe.status(address, "/", "localhost", PATIENCE));
    } catch (IOException e) {
      return; // that it does not answer is a finding
    }
  }

  private Set<String> listening(Set<String> sockets) throws HostException {
    Set<String> listening = new HashSet<>();
    for (String socket : sockets) {
      // as it was bound, and /var/run is the same folder as /run
      if (facts.listenersOn(socket) + facts.listenersOn("/var" + socket) > 0) {
        listening.add(socket);
      }
    }
    return listening;
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
        AdoptedCode copied = code.get(folder);
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
