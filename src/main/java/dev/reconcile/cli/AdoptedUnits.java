package dev.reconcile.cli;

import dev.reconcile.adopt.Unit;
import dev.reconcile.adopt.UnitFile;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
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

/**
 * Looks at the services of a host: those that systemd has loaded, those that are enabled, and those
 * whose files somebody has put into {@code /etc}.
 */
final class AdoptedUnits {
  private static final String FOLDER = "/etc/systemd/system";
  private static final String OURS = "reconcile.service";
  private static final int MOST_BYTES = 1 << 20;

  private final Host host;
  private final Facts facts;
  private final String hostname;

  AdoptedUnits(Host host, String hostname) {
    this.host = host;
    this.hostname = hostname;
    this.facts = host.facts();
  }

  /** The services, by name. */
  List<Unit> all() throws HostException {
    NavigableSet<String> wanted = wanted();
    NavigableSet<String> names = new TreeSet<>(wanted);
    facts.list(FOLDER).stream().filter(AdoptedUnits::isService).forEach(names::add);
    List<String> argv =
        new ArrayList<>(
            List.of(
                "systemctl",
                "show",
                "--property=Id,FragmentPath,DropInPaths,ActiveState,UnitFileState,TriggeredBy",
                "--",
                "*.service"));
    argv.addAll(names);
    CommandRunner.Result result = host.run(Command.of(argv.toArray(String[]::new)));
    if (!result.ok()) {
      throw new HostException(
          "systemctl show failed: " + result.tail(3) + "\nadopt needs a running systemd.");
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

  // An instance is enabled by such a link alone; systemd need not have loaded it.
  private NavigableSet<String> wanted() throws HostException {
    NavigableSet<String> wanted = new TreeSet<>();
    for (String folder : facts.list(FOLDER)) {
      if (folder.endsWith(".wants") || folder.endsWith(".requires")) {
        facts.list(FOLDER + "/" + folder).stream()
            .filter(AdoptedUnits::isService)
            .forEach(wanted::add);
      }
    }
    return wanted;
  }

  private Optional<Unit> unit(Map<String, String> properties, boolean wanted) throws HostException {
    String fragment = properties.getOrDefault("FragmentPath", "");
    if (fragment.isEmpty() || fragment.startsWith("/run/")) {
      return Optional.empty();
    }
    List<UnitFile> files = new ArrayList<>();
    List<String> paths = new ArrayList<>(List.of(fragment));
    Arrays.stream(properties.getOrDefault("DropInPaths", "").split(" ", -1))
        .filter(path -> path.startsWith("/"))
        .forEach(paths::add);
    for (String path : paths) {
      text(path).ifPresent(text -> files.add(UnitFile.of(path, text)));
    }
    if (files.isEmpty()) {
      return Optional.empty();
    }
    String state = properties.getOrDefault("ActiveState", "");
    boolean enabled = wanted || properties.getOrDefault("UnitFileState", "").startsWith("enabled");
    String name = properties.getOrDefault(UnitProperties.ID, "");
    List<String> sockets =
        Arrays.stream(properties.getOrDefault("TriggeredBy", "").split(" ", -1))
            .filter(unit -> unit.endsWith(".socket"))
            .toList();
    Unit bare = new Unit(name, state, enabled, files, sockets, hostname, Map.of());
    Map<String, String> environments = new TreeMap<>();
    for (String path : bare.environmentPaths()) {
      text(path).ifPresent(text -> environments.put(path, text));
    }
    return Optional.of(new Unit(name, state, enabled, files, sockets, hostname, environments));
  }

  private Optional<String> text(String path) throws HostException {
    return path.startsWith("/") ? facts.text(path, MOST_BYTES) : Optional.empty();
  }
}
