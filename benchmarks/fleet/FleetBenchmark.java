// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.SimulatedFleet.Rollout;
import dev.reconcile.fleet.SimulatedFleet.Settings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The measurements of benchmarks/fleet.sh. It is in the package of the rules, to use them. */
final class FleetBenchmark implements AutoCloseable {
  private static final int MEMBERS = 3;

  private final Settings settings;
  private final int killOneOf;
  private final RealEtcd etcd;
  private final SimulatedFleet fleet;
  private final List<String> missed = new ArrayList<>();
  private Duration cpu;

  private FleetBenchmark(Settings settings, int killOneOf, Path directory) throws Exception {
    this.settings = settings;
    this.killOneOf = killOneOf;
    this.etcd = RealEtcd.startDurable(directory, MEMBERS);
    this.fleet = new SimulatedFleet(settings, (host, i) -> etcd.gateway("default", i));
    this.cpu = etcd.cpu();
  }

  /** The arguments are those that the script names. */
  public static void main(String[] args) throws Exception {
    Duration period = seconds(args[3]);
    Duration apply = seconds(args[4]);
    Settings settings =
        new Settings(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            period,
            apply,
            Duration.ZERO,
            Duration.ofMinutes(15));
    int code;
    try (FleetBenchmark benchmark =
        new FleetBenchmark(settings, Integer.parseInt(args[5]), Path.of(args[6]))) {
      code = benchmark.run();
    }
    System.exit(code);
  }

  @Override
  public void close() {
    fleet.close();
    etcd.close();
  }

  private int run() throws Exception {
    line(
        "%d hosts, %d of them canaries, max_unavailable %d, timer %s s, apply %s s",
        settings.hosts(),
        settings.canaries(),
        settings.slots(),
        shown(settings.period()),
        shown(settings.apply()));
    line("");
    line(
        "| what | s | at most s | most at it | requests | asked again | most of a host | at most"
            + " | etcd's CPU s |");
    line("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    rollOut();
    rest();
    badEverywhere();
    badElsewhere();
    rollOutWithKills();
    line("");
    line(
        "Database of a member: %.1f MB, without compaction.", etcd.databaseBytes() / 1e6 / MEMBERS);
    missed.forEach(bound -> line("missed: %s", bound));
    return missed.isEmpty() ? 0 : 1;
  }

  // ---- the rows

  private void rollOut() {
    Rollout rollout = fleet.rollOut();
    double bound = lengthBound();
    double most = requestBound(rollout);
    row("rollout", rollout, "%.0f".formatted(bound), "%.0f".formatted(most));
    check(seconds(rollout.length()) <= bound, "the length of the rollout");
    check(rollout.mostRequests() <= most, "the requests of a host");
  }

  private void rest() {
    long before = fleet.requests();
    long began = System.nanoTime();
    fleet.awaitRuns(2);
    long requests = fleet.requests() - before;
    Duration length = Duration.ofNanos(System.nanoTime() - began);
    row("nothing to do", new Rollout(length, requests, requests, requests, 0), "", "0");
    check(requests == 0, "no request with nothing to do");
  }

  private void badEverywhere() {
    Set<String> canaries = settings.names(settings.canaries());
    Set<String> reached = bad("bad everywhere", settings.names(settings.hosts()));
    check(!reached.isEmpty() && canaries.containsAll(reached), "bad everywhere: canaries alone");
  }

  private void badElsewhere() {
    Set<String> canaries = settings.names(settings.canaries());
    Set<String> others = settings.names(settings.hosts());
    others.removeAll(canaries);
    Set<String> reached = bad("bad on all but the canaries", others);
    boolean isRight = reached.containsAll(canaries) && reached.size() == canaries.size() + 1;
    check(isRight, "bad elsewhere: the canaries and halt_after hosts");
  }

  private Set<String> bad(String what, Set<String> badOn) {
    long began = System.nanoTime();
    Set<String> reached = fleet.reachOfBad(badOn);
    Rollout rollout = fleet.rollout(began);
    Set<String> others = new TreeSet<>(reached);
    others.removeAll(settings.names(settings.canaries()));
    String reach =
        "%s; reached %d canaries and %d others"
            .formatted(what, reached.size() - others.size(), others.size());
    row(reach, rollout, "", "%.0f".formatted(requestBound(rollout)));
    check(rollout.mostRequests() <= requestBound(rollout), "the requests of a host: " + what);
    return reached;
  }

  private void rollOutWithKills() {
    fleet.truth.killOneOf(killOneOf);
    Rollout rollout = fleet.rollOut();
    fleet.truth.killOneOf(0);
    String what =
        "rollout, %d runs killed, %d hosts gone for good"
            .formatted(fleet.truth.killed(), fleet.truth.gone(Duration.ZERO).size());
    row(what, rollout, "", "");
  }

  // ---- the bounds

  // FLEET: without kills
  private double lengthBound() {
    double p = seconds(settings.period());
    double n = settings.hosts();
    double slots = settings.slots();
    return 1.5 * (n * seconds(settings.apply()) / slots + p * Math.log(n) / slots + 3 * p);
  }

  // periods that have begun count, because a host may come by at once
  private double requestBound(Rollout rollout) {
    return Math.ceil(seconds(rollout.length()) / seconds(settings.period())) + 8;
  }

  private void check(boolean holds, String bound) {
    if (!holds) {
      missed.add(bound);
    }
  }

  private void row(String what, Rollout rollout, String longest, String mostOfAHost) {
    Duration now = etcd.cpu();
    int atIt = fleet.truth.mostAtIt();
    line(
        "| %s | %.1f | %s | %d | %d | %d | %d | %s | %.1f |",
        what,
        seconds(rollout.length()),
        longest,
        atIt,
        rollout.requests(),
        rollout.lost(),
        rollout.mostRequests(),
        mostOfAHost,
        seconds(now.minus(cpu)));
    check(atIt <= settings.slots(), "never more than max_unavailable at it: " + what);
    fleet.truth.countAnew();
    cpu = now;
  }

  // ---- texts and numbers

  private static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  private static Duration seconds(String text) {
    return Duration.ofNanos((long) (Double.parseDouble(text) * 1e9));
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }

  private static String shown(Duration time) {
    return BigDecimal.valueOf(time.toNanos(), 9).stripTrailingZeros().toPlainString();
  }
}
