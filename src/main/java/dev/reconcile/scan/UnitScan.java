// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.adopt.ParsedUnitFile;
import dev.reconcile.adopt.Running;
import dev.reconcile.adopt.Unit;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.UnitProperties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A scan of a host's services: those that systemd has loaded, those that are enabled, and those
 * with a file in {@code /etc}.
 */
public final class UnitScan {
  private static final String FOLDER = "/etc/systemd/system";
  private static final String OURS = "reconcile.service";
  private static final String PROPERTIES =
      """
      Id,FragmentPath,DropInPaths,ActiveState,UnitFileState,TriggeredBy,MainPID,RequiredBy,BoundBy\
      ,ConsistsOf\
      """;

  private final Host host;
  private final Facts facts;
  private final ProcessScan processes;
  private final String hostname;

  public UnitScan(Host host, ProcessScan processes, String hostname) {
    this.host = host;
    this.processes = processes;
    this.hostname = hostname;
    this.facts = host.facts();
  }

  /** Returns the services, sorted by name. */
  public List<Unit> all() throws HostException {
    NavigableSet<String> wanted = wanted();
    NavigableSet<String> names = new TreeSet<>(wanted);
    facts.list(FOLDER).stream().filter(UnitScan::isService).forEach(names::add);
    List<String> argv =
        new ArrayList<>(
            List.of("systemctl", "show", "--property=" + PROPERTIES, "--", "*.service"));
    argv.addAll(names);
    CommandRunner.Result result = host.run(Command.of(argv.toArray(String[]::new)));
    if (!result.ok()) {
      throw new HostException(
          result, "systemctl show failed: " + result.tail(3) + "\nadopt needs a running systemd.");
    }
    SortedMap<String, Unit> units = new TreeMap<>();
    for (Map<String, String> properties : UnitProperties.parse(result.out())) {
      String name = properties.getOrDefault(UnitProperties.ID, "");
      if (!units.containsKey(name) && !name.equals(OURS)) {
        unit(properties, wanted.contains(name)).ifPresent(unit -> units.put(name, unit));
      }
    }
    return List.copyOf(units.values());
  }

  private static boolean isService(String name) {
    return name.endsWith(".service") && !name.endsWith("@.service");
  }

  // An enabled instance has only such a link; systemd may not have loaded it.
  private NavigableSet<String> wanted() throws HostException {
    NavigableSet<String> wanted = new TreeSet<>();
    for (String folder : facts.list(FOLDER)) {
      if (folder.endsWith(".wants") || folder.endsWith(".requires")) {
        facts.list(FOLDER + "/" + folder).stream().filter(UnitScan::isService).forEach(wanted::add);
      }
    }
    return wanted;
  }

  private Optional<Unit> unit(Map<String, String> properties, boolean wanted) throws HostException {
    String fragment = properties.getOrDefault("FragmentPath", "");
    if (fragment.isEmpty() || fragment.startsWith("/run/")) {
      return Optional.empty();
    }
    List<ParsedUnitFile> files = new ArrayList<>();
    List<String> paths = new ArrayList<>(List.of(fragment));
    Arrays.stream(properties.getOrDefault("DropInPaths", "").split(" ", -1))
        .filter(path -> path.startsWith("/"))
        .forEach(paths::add);
    for (String path : paths) {
      text(path).ifPresent(text -> files.add(ParsedUnitFile.of(path, text)));
    }
    if (files.isEmpty()) {
      return Optional.empty();
    }
    String state = properties.getOrDefault("ActiveState", "");
    boolean enabled = wanted || properties.getOrDefault("UnitFileState", "").startsWith("enabled");
    String name = properties.getOrDefault(UnitProperties.ID, "");
    List<String> sockets =
        words(properties, "TriggeredBy").filter(unit -> unit.endsWith(".socket")).toList();
    Running running =
        new Running(
            Integer.parseInt(properties.getOrDefault("MainPID", "0")),
            processes.of(name),
            listens(sockets),
            Stream.of("RequiredBy", "BoundBy", "ConsistsOf")
                .flatMap(key -> words(properties, key))
                .filter(unit -> !sockets.contains(unit) && !unit.endsWith(".target"))
                .distinct()
                .toList());
    Unit bare = new Unit(name, state, enabled, files, sockets, running, hostname, Map.of());
    Map<String, String> environments = new TreeMap<>();
    for (String path : bare.environmentPaths()) {
      text(path).ifPresent(text -> environments.put(path, text));
    }
    return Optional.of(
        new Unit(name, state, enabled, files, sockets, running, hostname, environments));
  }

  private static Stream<String> words(Map<String, String> properties, String key) {
    return Arrays.stream(properties.getOrDefault(key, "").split(" ", -1))
        .filter(word -> !word.isEmpty());
  }

  // for example: Listen=/run/gunicorn.sock (Stream)
  private List<String> listens(List<String> sockets) throws HostException {
    List<String> listens = new ArrayList<>();
    for (String socket : sockets) {
      String text = host.run(Command.of("systemctl", "show", "--property=Listen", socket)).out();
      for (String line : text.split("\n", -1)) {
        if (line.startsWith("Listen=") && line.endsWith(" (Stream)")) {
          String address = line.substring("Listen=".length(), line.length() - " (Stream)".length());
          listens.add(address.startsWith("/") ? "unix:" + address : address);
        }
      }
    }
    return listens;
  }

  private Optional<String> text(String path) throws HostException {
    return path.startsWith("/") ? facts.text(path, Limits.CONFIG_FILE) : Optional.empty();
  }
}
