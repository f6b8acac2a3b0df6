// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.allocate.Pool;
import dev.reconcile.app.AppSection;
import dev.reconcile.app.HostSettings;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.RunLimits;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The keys of {@code reconcile.yaml} and of {@code hosts/HOSTNAME.yaml}. */
public final class HostSection {
  static final Key<Integer> VERSION =
      Key.whole("version", 1, 1, 1, "the format's version: 1")
          .otherwise("")
          .more("It must be in `reconcile.yaml`.");
  static final Key<Optional<Value>> DEFAULTS =
      Key.section("defaults", AppSection.SCHEMA, "any key of an app, for all apps")
          .more(
              """
              The app's own value takes precedence: maps are merged, lists and single values \
              are replaced.\
              """)
          .example("{user: deploy, gunicorn: {workers: 4}}");

  static final Key<String> POOL_KEY =
      Key.text("key", TextFormat.LINE, "", "selects the permutation; not a secret");
  static final Key<String> PORTS =
      Key.text("ports", TextFormat.PORT_RANGE, Pool.USUAL.toString(), "the pool of ports");
  static final Key<List<String>> RESERVED =
      Key.list(
              "reserved",
              Schema.listOf(Schema.whole(1, 65535)),
              "ports of the pool that no app gets")
          .example("[20080, 20443]");
  static final Key<Optional<Value>> ALLOCATION =
      Key.section(
          "allocation",
          Key.fields("allocation", POOL_KEY, PORTS, RESERVED),
          "the allocation of ports and suffixes");

  static final Key<Map<String, String>> LOG_FORMATS =
      Key.pairs(
              "log_formats", TextFormat.NAME, TextFormat.NGINX_QUOTED, "log formats: name to text")
          .more("reconcile writes them to `conf.d/reconcile-log-formats.conf`.");
  static final Key<Optional<Value>> NGINX =
      Key.section("nginx", Key.fields("nginx", LOG_FORMATS), "nginx settings outside of the sites");
  static final Key<List<String>> PROTECT =
      Key.texts("protect", TextFormat.APP_NAME, "apps that no run removes")
          .more("An app stays protected if its name leaves the list together with the app.");
  static final Key<Integer> MAX_PRUNE =
      Key.whole("max_prune", 0, 10_000, 3, "the greatest number of deletions in one run")
          .more("An app with all its resources counts as one.");
  static final Key<Integer> PARALLEL =
      Key.whole("parallel", 1, 64, 0, "the greatest number of apps that a run works on at once")
          .otherwise("by idle processors")
          .more(
              """
              A run builds, rehearses and restarts several apps at the same time. With `1` it \
              takes one after the other. By default it begins with as many apps as the host has \
              processors, at least two, and with another one whenever a processor is idle. It \
              rehearses a further app only while memory is free.\
              """);
  static final Key<Optional<Value>> LIMITS =
      Key.section("limits", Key.fields("limits", MAX_PRUNE, PARALLEL), "the limits of one run");
  static final Key<List<String>> APPS =
      Key.list(
              "apps",
              Schema.listOf(Schema.text(TextFormat.APP_NAME)),
              "the apps that run on this host")
          .otherwise("all");

  static final Key<String> ADDRESS =
      Key.text(
              "address",
              TextFormat.IP_ADDRESS,
              "",
              "the address by which other hosts reach this one")
          .otherwise("none")
          .more("`balance` needs it. nginx of a balancer also connects from it.")
          .example("10.0.0.11");

  /** The schema of the file for all hosts. */
  public static final Schema.Fields MAIN = Key.fields("reconcile.yaml", common());

  /** The schema of the file of one host: the same keys, its address, and which apps run there. */
  public static final Schema.Fields HOST =
      Key.fields(
          "a host's file", Stream.concat(common().stream(), Stream.of(APPS, ADDRESS)).toList());

  private HostSection() {}

  private static List<Key<?>> common() {
    List<Key<?>> keys =
        new ArrayList<>(
            List.of(VERSION, DEFAULTS, ALLOCATION, NGINX, PROTECT, LIMITS, FleetSection.FLEET));
    for (Kind<?> kind : Kinds.ALL) {
      kind.section().ifPresent(section -> keys.add(section.key()));
    }
    return keys;
  }

  /**
   * Returns the settings that belong to no app.
   *
   * @param host the merged files
   * @param file the position of the settings in messages
   * @param builder receives mistakes
   */
  static HostSettings decode(Table host, Origin file, DesiredStateBuilder builder) {
    return new HostSettings(
        host.table(NGINX).get(LOG_FORMATS),
        Set.copyOf(host.get(PROTECT)),
        new RunLimits(host.table(LIMITS).get(MAX_PRUNE), host.table(LIMITS).get(PARALLEL)),
        pool(host.table(ALLOCATION), builder),
        FleetSection.decode(host, builder),
        file);
  }

  /**
   * Returns the names of log formats that sites may use; empty if a mistake leaves them unknown.
   */
  static Optional<Set<String>> logFormats(Table host) {
    boolean known =
        (host.has(NGINX) ? !host.isRefused(NGINX) : host.isClearlyWithout(NGINX))
            && host.table(NGINX).isSound();
    return known ? Optional.of(host.table(NGINX).get(LOG_FORMATS).keySet()) : Optional.empty();
  }

  private static Pool pool(Table allocation, DesiredStateBuilder builder) {
    String range = allocation.get(PORTS);
    int dash = range.indexOf('-');
    int low = Integer.parseInt(range.substring(0, dash));
    int high = Integer.parseInt(range.substring(dash + 1));
    if (low < 1 || low > high || high > 65535) {
      builder.error(
          allocation.origin(PORTS),
          "Invalid port range",
          range + " must go from a lower to a higher port, within 1-65535.");
      return Pool.USUAL;
    }
    SortedSet<Integer> reserved = new TreeSet<>();
    allocation.get(RESERVED).forEach(text -> reserved.add(Integer.parseInt(text)));
    return new Pool(allocation.get(POOL_KEY), low, high, reserved);
  }
}
