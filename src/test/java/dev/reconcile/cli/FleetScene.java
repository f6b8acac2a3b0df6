// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.fault.FaultyHost;
import dev.reconcile.fleet.Engine;
import dev.reconcile.fleet.EngineAddress;
import dev.reconcile.fleet.EngineException;
import dev.reconcile.fleet.EngineFailure;
import dev.reconcile.fleet.Exchange;
import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.HostRow;
import dev.reconcile.fleet.MemoryEngine;
import dev.reconcile.fleet.Reading;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.run.HostFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** A repo, the root directories of several hosts, and the engine that they share. */
final class FleetScene {
  private static final String RECORD = "/var/lib/reconcile/fleet.json";

  final Scene repo;
  final SharedEngine engine = new SharedEngine();
  private final Map<String, SharedEngine> otherGroups = new TreeMap<>();
  private final SortedMap<String, Scene> hosts = new TreeMap<>();
  private final HostFactory factory = new Factory();

  /** The address of the repo, for each host. */
  Function<String, String> address;

  /** What happens after each change of a host: nothing, or the end of the process. */
  Consumer<String> afterCall = _ -> {};

  private int releases;

  /** An engine that may be out of reach. */
  static final class SharedEngine extends MemoryEngine {
    boolean isDown;
    EngineFailure failure = EngineFailure.OUT_OF_REACH;
    int readsUntilDown = Integer.MAX_VALUE;
    int exchangesUntilDown = Integer.MAX_VALUE;
    int requests;
    int exchanges;
    int questions;

    private void request() throws EngineException {
      requests++;
      if (isDown) {
        throw new EngineException(failure, "No member has answered.");
      }
    }

    @Override
    public synchronized Reading read(String host) throws EngineException {
      readsUntilDown--;
      isDown |= readsUntilDown < 0;
      request();
      return super.read(host);
    }

    @Override
    public synchronized long revision() throws EngineException {
      questions++;
      request();
      return super.revision();
    }

    @Override
    public synchronized Answer exchange(Reading seen, Exchange change) throws EngineException {
      exchangesUntilDown--;
      isDown |= exchangesUntilDown < 0;
      request();
      exchanges++;
      return super.exchange(seen, change);
    }
  }

  private final class Factory implements HostFactory {
    @Override
    public Host open(Path root, String run, List<String> units) throws HostException {
      Host host = HostFactory.LOCAL.open(root, run, units);
      return new FaultyHost(host, call -> afterCall.accept(call));
    }

    @Override
    public Engine engine(Host host, EngineAddress address) {
      return address.group().equals("default")
          ? engine
          : otherGroups.computeIfAbsent(address.group(), _ -> new SharedEngine());
    }
  }

  FleetScene(Path temp, String... names) throws IOException {
    repo = new Scene(temp);
    address = _ -> "file://" + temp.resolve("repo");
    int machine = 0;
    for (String name : names) {
      machine++;
      Scene host = repo.withRoot(Files.createDirectory(temp.resolve(name)));
      Files.writeString(host.live("/etc/machine-id"), "%032x%n".formatted(machine));
      Files.writeString(repo.repo("hosts/" + name + ".yaml"), "apps: [shop]\n");
      hosts.put(name, host);
    }
    Files.writeString(repo.repo("src/main.py"), "app = 1\n");
    shop("0");
    Files.writeString(repo.repo("reconcile.yaml"), "version: 1\n");
  }

  /** Writes the section; the empty text removes it. */
  void fleet(String lines) throws IOException {
    String section = lines.isEmpty() ? "" : "fleet:\n  etcd: http://127.0.0.1:2379\n" + lines;
    Files.writeString(repo.repo("reconcile.yaml"), "version: 1\n" + section);
  }

  /** Writes the app with another environment. */
  void shop(String value) throws IOException {
    Files.writeString(
        repo.repo("apps/shop.yaml"),
        "source: {folder: src}\nsite: false\nenv: {N: '%s'}\n".formatted(value));
  }

  /** Pushes a commit whose app differs from the one before, in its code and its settings. */
  String change() throws IOException {
    releases++;
    Files.writeString(repo.repo("src/main.py"), "app = 1 + %d\n".formatted(releases));
    shop(String.valueOf(releases));
    return String.valueOf(releases);
  }

  Path live(String host, String path) throws IOException {
    return hosts.get(host).live(path);
  }

  /** What the app of a host has. */
  String shopOn(String host) throws IOException {
    Path file = live(host, "/etc/gunicorn/shop.env");
    if (!Files.exists(file)) {
      return "none";
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("N="))
        .findFirst()
        .orElse("none")
        .replaceAll("[N=\"]", "");
  }

  /** The code that an app of a host has, live or not, and what builds of it have left. */
  List<String> builtOn(String host) throws IOException {
    try (Stream<Path> trees = Files.list(live(host, "/var/lib/reconcile/checkouts/shop"))) {
      return trees.map(tree -> tree.getFileName().toString()).toList();
    }
  }

  boolean hasRecord(String host) throws IOException {
    return Files.exists(live(host, RECORD));
  }

  String record(String host) throws IOException {
    return Files.readString(live(host, RECORD));
  }

  Scene.Ran apply(String host, String... options) throws IOException {
    return run(host, "apply", options);
  }

  Scene.Ran run(String host, String command, String... options) throws IOException {
    repo.commit();
    List<String> line = new ArrayList<>(List.of(command));
    line.addAll(List.of(options));
    line.addAll(List.of("--host", host, "--root", hosts.get(host).root().toString()));
    line.addAll(List.of("--config", hosts.get(host).config().toString()));
    line.addAll(List.of("--repo", address.apply(host)));
    return hosts.get(host).run(line, Map.of(), factory);
  }

  /** Types a command that needs no repo, such as suspend or rollback. */
  Scene.Ran type(String host, String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--root", hosts.get(host).root().toString()));
    return hosts.get(host).run(line, Map.of(), factory);
  }

  /** Types a command of the fleet. */
  Scene.Ran fleet(String host, String... words) throws IOException {
    return run(host, "fleet", words);
  }

  /** Another host takes a slot for the stable release. */
  void takeSlot(String host) throws Exception {
    Reading reading = engine.read(host);
    Gate gate = reading.gate().orElseThrow();
    SortedMap<String, Gate.Holder> holders = new TreeMap<>(gate.holders());
    holders.put(host, new Gate.Holder(gate.stable().number(), false));
    exchange(reading, holders);
  }

  /** And gives it back. */
  void freeSlot(String host) throws Exception {
    Reading reading = engine.read(host);
    SortedMap<String, Gate.Holder> holders = new TreeMap<>(reading.gate().orElseThrow().holders());
    holders.remove(host);
    exchange(reading, holders);
  }

  private void exchange(Reading reading, SortedMap<String, Gate.Holder> holders) throws Exception {
    Gate gate = reading.gate().orElseThrow();
    Gate next =
        new Gate(
            gate.start(),
            gate.newest(),
            gate.stable(),
            gate.candidate(),
            holders,
            gate.failed(),
            gate.proved(),
            gate.skipped(),
            gate.ok(),
            gate.held());
    engine.exchange(reading, new Exchange(Optional.of(next), new Exchange.KeepRow()));
  }

  Gate gate() throws EngineException {
    return engine.read("nobody").gate().orElseThrow();
  }

  Optional<HostRow> row(String host) throws EngineException {
    return engine.read(host).row();
  }
}
