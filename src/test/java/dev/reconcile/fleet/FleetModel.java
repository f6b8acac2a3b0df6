// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A group of hosts, their repository, their engine and their operators, in an interleaving that
 * follows from a seed: first with all that may go wrong, then without, until every host has
 * arrived.
 */
final class FleetModel {
  private static final String SOURCE = "https://git.example/shop.git main";
  private static final String OPERATOR = "operator";
  private static final int ROUNDS = 120;

  /** Makes the rules and the engine of a model. */
  interface Setup {
    /** Returns the rules; a wrong one may look at the model. */
    FleetRules rules(FleetModel model);

    /** Returns the engine. */
    MemoryEngine engine();
  }

  final SplittableRandom random;
  final ModelTruth truth = new ModelTruth();
  final Turns turns;
  final Set<Enum<?>> seen = new HashSet<>();
  long tick;

  private final FleetRules rules;
  private final Operators operators;
  private final MemoryEngine engine;
  private final List<ModelHost> hosts = new ArrayList<>();
  private final List<ModelCommit> commits = new ArrayList<>();
  private final Map<String, Map<Revisions, Long>> takenAt = new HashMap<>();
  private final Deque<Runnable> delayed = new ArrayDeque<>();
  private final boolean hasSource;
  private int source = 1;
  private boolean isRough = true;

  FleetModel(long seed, Setup setup) {
    this.random = new SplittableRandom(seed);
    this.rules = setup.rules(this);
    this.turns = new Turns(rules);
    this.operators = new Operators(rules);
    this.engine = setup.engine();
    this.hasSource = random.nextInt(3) == 0;
    int count = 3 + random.nextInt(10);
    for (int i = 1; i <= count; i++) {
      hosts.add(new ModelHost("web" + i, this));
    }
    commits.add(new ModelCommit(Set.of(), false, false, false, Set.of(), numbers()));
    Revisions first = new Revisions(ModelCommit.id(0), Collections.emptySortedMap());
    Gate gate =
        Operators.start(Optional.empty(), Optional.empty(), first, commits.get(0).numbers());
    exchange(new Exchange(Optional.of(gate), new Exchange.KeepRow()));
  }

  // ---- the course of the model

  /** Runs the model; throws {@link ModelTruth.Broken} if a rule is broken. */
  void run() {
    int steps = 30 * hosts.size();
    for (int i = 0; i < steps; i++) {
      rough();
    }
    isRough = false;
    settle();
  }

  private void rough() {
    tick++;
    ModelHost host = hosts.get(random.nextInt(hosts.size()));
    switch (random.nextInt(100)) {
      case 0, 1 -> push(commit());
      case 2 -> source++;
      case 3, 4, 5 -> host.kill(random.nextInt(4) == 0);
      case 6 -> host.isGone |= random.nextInt(12) == 0 && living().size() > 2;
      case 7, 8, 9 -> host.heal();
      case 10 -> repairByHand(host);
      case 11, 12 -> operate();
      case 13 -> tick += random.nextInt(60);
      case 14, 15, 16, 17 -> deliverDelayed();
      default -> burst(host);
    }
  }

  private void burst(ModelHost host) {
    int length = 1 + random.nextInt(10);
    for (int i = 0; i < length && !host.isGone; i++) {
      host.step();
    }
  }

  private void repairByHand(ModelHost host) {
    if (!host.isGone) {
      host.repairByHand();
    }
  }

  private void deliverDelayed() {
    if (!delayed.isEmpty()) {
      delayed.removeFirst().run();
    }
  }

  private void operate() {
    Reading now = read(OPERATOR);
    Gate gate = now.gate().orElseThrow();
    switch (random.nextInt(6)) {
      case 0 -> operated(now, operators.halt(gate, OPERATOR, "why"));
      case 1, 2 -> resume(now, false);
      case 3 -> resume(now, true);
      default -> {
        ModelHost host = hosts.get(random.nextInt(hosts.size()));
        if (host.isGone || random.nextInt(8) == 0) {
          skip(now, host.name);
        }
      }
    }
  }

  private void resume(Reading now, boolean newest) {
    Gate gate = now.gate().orElseThrow();
    truth.resumed(gate);
    operated(now, newest ? operators.resumeNewest(gate) : operators.resume(gate));
  }

  private void skip(Reading now, String host) {
    Gate gate = now.gate().orElseThrow();
    truth.skipped(host, gate);
    operated(now, operators.skip(gate, host));
  }

  private void operated(Reading now, Gate after) {
    truth.exchanged(OPERATOR, now.gate().orElseThrow(), after);
    exchange(new Exchange(Optional.of(after), new Exchange.KeepRow()));
  }

  // From now on nothing goes wrong, and an operator looks after the group.
  private void settle() {
    while (!delayed.isEmpty()) {
      delayed.removeFirst().run();
    }
    resume(read(OPERATOR), false);
    push(new ModelCommit(Set.of(), false, false, random.nextBoolean(), Set.of(), numbers()));
    for (int round = 0; round < ROUNDS; round++) {
      tick += 100;
      Collections.shuffle(hosts, new java.util.Random(random.nextInt()));
      for (ModelHost host : living()) {
        host.heal();
        do {
          host.step();
        } while (!host.isIdle());
      }
      if (haveAllArrived()) {
        return;
      }
      lookAfterTheGone();
      if (round % 10 == 9) {
        resume(
            read(OPERATOR), round % 20 == 19); // a canary that is ahead cannot prove the candidate
      }
    }
    throw new ModelTruth.Broken("not all hosts have arrived: " + read(OPERATOR).gate().get());
  }

  private boolean haveAllArrived() {
    String last = ModelCommit.id(commits.size() - 1);
    return living().stream().allMatch(host -> host.has().commit().equals(last));
  }

  private void lookAfterTheGone() {
    for (ModelHost host : hosts) {
      Reading now = read(OPERATOR);
      Gate gate = now.gate().orElseThrow();
      if (host.isGone
          && (gate.holders().containsKey(host.name) || gate.canaries().contains(host.name))) {
        skip(now, host.name);
      }
    }
  }

  private List<ModelHost> living() {
    return hosts.stream().filter(host -> !host.isGone).toList();
  }

  // ---- the repository

  private FleetNumbers numbers() {
    SortedSet<String> canaries = new TreeSet<>();
    int count = random.nextInt(3);
    for (int i = 0; i < count; i++) {
      canaries.add(hosts.get(random.nextInt(hosts.size())).name);
    }
    Duration soak = Duration.ofNanos(random.nextBoolean() ? 0 : random.nextInt(40));
    return new FleetNumbers(1 + random.nextInt(3), canaries, soak, 1 + random.nextInt(3));
  }

  private ModelCommit commit() {
    Set<String> badOn = new HashSet<>();
    Set<String> canaries = read(OPERATOR).gate().orElseThrow().canaries();
    int kind = random.nextInt(8);
    for (ModelHost host : hosts) {
      boolean isBad =
          switch (kind) {
            case 0 -> true;
            case 1 -> !canaries.contains(host.name);
            case 2, 3 -> random.nextInt(3) == 0;
            default -> false;
          };
      if (isBad) {
        badOn.add(host.name);
      }
    }
    Set<String> emptyOn = new HashSet<>();
    if (random.nextInt(4) == 0) {
      hosts.stream()
          .filter(host -> !badOn.contains(host.name) && random.nextBoolean())
          .forEach(host -> emptyOn.add(host.name));
    }
    return new ModelCommit(
        badOn,
        random.nextInt(3) == 0,
        random.nextInt(8) == 0,
        random.nextInt(4) == 0,
        emptyOn,
        numbers());
  }

  private void push(ModelCommit commit) {
    commits.add(commit);
  }

  ModelCommit commit(Revisions revisions) {
    return commits.get(ModelCommit.position(revisions.commit()));
  }

  /** Returns the refs as a host sees them; its copy may be behind for a while. */
  Revisions tips(ModelHost host) {
    int behind = isRough && (tick / 64 + host.name.hashCode()) % 7 == 0 ? 1 : 0;
    TreeMap<String, String> sources = new TreeMap<>();
    if (hasSource) {
      sources.put(SOURCE, ModelCommit.id(source));
    }
    return new Revisions(ModelCommit.id(Math.max(0, commits.size() - 1 - behind)), sources);
  }

  // ---- what goes wrong, and what hosts ask of the world

  boolean isLost() {
    return isRough && random.nextInt(25) == 0;
  }

  boolean isPutOff() {
    return isRough && random.nextInt(25) == 0;
  }

  boolean repairFails() {
    return isRough && random.nextInt(6) == 0;
  }

  boolean driftNeedsStep() {
    return isRough && random.nextInt(20) == 0;
  }

  Duration soak() {
    return read(OPERATOR).gate().orElseThrow().stable().numbers().soak();
  }

  void takes(String host, Revisions revisions) {
    takenAt.computeIfAbsent(host, _ -> new HashMap<>()).put(revisions, tick);
  }

  long takenAt(String host, Revisions revisions) {
    return takenAt.getOrDefault(host, Map.of()).getOrDefault(revisions, tick);
  }

  Optional<FleetRelease> release(int number) {
    Gate gate = read(OPERATOR).gate().orElseThrow();
    return Optional.of(gate.newestRelease())
        .filter(one -> one.number() == number)
        .or(() -> Optional.of(gate.stable()).filter(one -> one.number() == number));
  }

  void failed(String host, int release) {
    Gate gate = read(OPERATOR).gate().orElseThrow();
    if (gate.stable().number() == release && !gate.canaries().contains(host)) {
      truth.failsElsewhere(host, release, gate.stable().numbers());
    }
  }

  void said(ModelHost host, Word word) {
    switch (word.outcome()) {
      case UNWELL, PROVED, NOT_PROVED -> {}
      case WELL, UNCHANGED, REPAIRED, TAKEN_BACK -> hasLeft(host);
    }
  }

  /** A host knows that it has no slot; an earlier request may have got it another one meanwhile. */
  void hasLeft(ModelHost host) {
    if (!read(host.name).gate().orElseThrow().holders().containsKey(host.name)) {
      truth.left(host.name);
    }
  }

  long spoke(String host) {
    return hosts.stream()
        .filter(one -> one.name.equals(host))
        .mapToLong(one -> one.spoke)
        .findFirst()
        .orElse(0);
  }

  Reading read(String host) {
    try {
      return engine.read(host);
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
  }

  private void exchange(Exchange change) {
    try {
      engine.exchange(engine.read(OPERATOR), change);
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes an exchange; empty if the host gets no answer. */
  Optional<Reading> exchange(ModelHost host, Reading seen, Exchange change) {
    int luck = isRough ? random.nextInt(40) : 40;
    if (luck == 0) {
      return Optional.empty(); // the request is lost
    }
    if (luck == 1) {
      delayed.add(() -> performed(host.name, seen, change)); // it takes effect later
      return Optional.empty();
    }
    Engine.Answer answer = performed(host.name, seen, change);
    return luck == 2 ? Optional.empty() : Optional.of(answer.now());
  }

  private Engine.Answer performed(String host, Reading seen, Exchange change) {
    try {
      Gate before = engine.read(host).gate().orElseThrow();
      Engine.Answer answer = engine.exchange(seen, change);
      if (answer.isDone() && change.gate().isPresent()) {
        truth.exchanged(host, before, change.gate().get());
      }
      return answer;
    } catch (EngineException e) {
      throw new IllegalStateException(e);
    }
  }
}
