// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.App;
import dev.reconcile.app.Balance;
import dev.reconcile.app.BalanceSection;
import dev.reconcile.app.BalancedAppCheck;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The reader of {@code balance}. It finds the addresses of the hosts in their files, and reports
 * every mistake with its place.
 *
 * <p>Invariant: a tree without {@code balance} needs no object of this class.
 */
final class BalanceReader {
  private final DesiredStateBuilder builder;
  private final OtherHosts hosts;
  private final String own;
  private final Claims ports;

  /** A host of a list, with its place. */
  private record Named(String host, Origin origin) {}

  /**
   * @param builder receives mistakes
   * @param hosts the files of all hosts
   * @param own the name of the host whose desired state is read; empty for any host
   */
  BalanceReader(DesiredStateBuilder builder, OtherHosts hosts, String own) {
    this.builder = builder;
    this.hosts = hosts;
    this.own = own;
    this.ports = new Claims(builder);
  }

  /**
   * Returns an app as its hosts serve it; the same app if it is on none, or after a mistake.
   *
   * @param app the app
   * @param keys the keys of the app
   */
  App read(App app, Table keys) {
    if (keys.isOff(BalanceSection.BALANCE) || keys.isRefused(BalanceSection.BALANCE)) {
      return app;
    }
    long before = builder.diagnostics().errors();
    Table table = keys.table(BalanceSection.BALANCE);
    Origin origin = keys.origin(BalanceSection.BALANCE);
    BalancedAppCheck fit = new BalancedAppCheck(builder);
    fit.requireSite(app, keys, origin);
    List<Named> on = list(table, BalanceSection.ON, origin);
    List<Named> to = list(table, BalanceSection.TO, origin);
    List<Named> out = items(table, BalanceSection.OUT);
    if (table.isClearlyWithout(BalanceSection.PORT)) {
      missing(origin, BalanceSection.PORT, "8080");
    }
    Stream.of(on, to, out).forEach(this::twice);
    Stream.concat(on.stream(), to.stream()).forEach(host -> known(host, app.name()));
    out(out, to);
    if (builder.diagnostics().errors() > before || table.map().hasRefused()) {
      return app;
    }
    Balance balance =
        new Balance(
            on.stream().flatMap(this::member).toList(),
            to.stream().flatMap(this::member).toList(),
            Set.copyOf(out.stream().map(Named::host).toList()),
            table.get(BalanceSection.PORT),
            table.get(BalanceSection.EXTRA),
            own,
            origin);
    addresses(on, to);
    ports(app, to, table);
    fit.check(app, keys, balance);
    return builder.diagnostics().errors() > before ? app : app.balanced(balance);
  }

  private List<Named> list(Table table, Key<List<String>> key, Origin origin) {
    if (table.isClearlyWithout(key)) {
      missing(origin, key, key.equals(BalanceSection.ON) ? "[lb1]" : "[web1, web2]");
    } else if (table.has(key) && table.items(key).isEmpty()) {
      builder.error(
          table.origin(key),
          "No hosts",
          "\"%s\" is empty. Name %s, as in hosts/NAME.yaml."
              .formatted(key.name(), key.field().doc().replace(" (required)", "")));
    }
    return items(table, key);
  }

  private void missing(Origin origin, Key<?> key, String example) {
    builder.error(
        origin,
        "Incomplete balance",
        "balance needs %s: %s. Add it, for example %s: %s."
            .formatted(
                key.name(),
                key.field().doc().replace(" (required)", "").replace("`", ""),
                key.name(),
                example));
  }

  private static List<Named> items(Table table, Key<List<String>> key) {
    List<Named> named = new ArrayList<>();
    for (Value item : table.items(key)) {
      Table.textOf(item).ifPresent(host -> named.add(new Named(host, item.origin())));
    }
    return named;
  }

  private void twice(List<Named> list) {
    Set<String> seen = new HashSet<>();
    for (Named named : list) {
      if (!seen.add(named.host())) {
        builder.error(
            named.origin(), "Host named twice", named.host() + " is in this list already.");
      }
    }
  }

  private void known(Named named, String app) {
    String host = named.host();
    if (!hosts.names().contains(host)) {
      builder.error(
          named.origin(),
          "Unknown host",
          "There is no hosts/%s.yaml, which has the address of %s.%s"
              .formatted(host, host, Suggestion.sentence(host, hosts.names())));
    } else if (!hosts.hasAddress(host)) {
      builder.error(
          named.origin(),
          "Host without an address",
          """
          hosts/%s.yaml has no address. Add the one by which the other hosts reach %s, for \
          example address: 10.0.0.11.\
          """
              .formatted(host, host));
    } else if (hosts.apps(host).filter(apps -> !apps.contains(app)).isPresent()) {
      builder.error(
          named.origin(),
          "Host that leaves the app out",
          "hosts/%s.yaml lists its apps without %s. Add %s to apps there, or remove %s here."
              .formatted(host, app, app, host));
    }
  }

  private void out(List<Named> out, List<Named> to) {
    List<String> all = to.stream().map(Named::host).toList();
    for (Named named : out) {
      if (!all.isEmpty() && !all.contains(named.host())) {
        builder.error(
            named.origin(),
            "Host that is not balanced",
            "\"out\" takes hosts of \"to\" out, and %s is none of them.%s"
                .formatted(named.host(), Suggestion.sentence(named.host(), all)));
      }
    }
    if (!all.isEmpty() && out.stream().map(Named::host).toList().containsAll(all)) {
      builder.error(
          out.getFirst().origin(),
          "All hosts are out",
          """
          No host of "to" gets requests. Leave one of them in, or begin a maintenance on the \
          balancers.\
          """);
    }
  }

  private Stream<Balance.Member> member(Named named) {
    return hosts.address(named.host()).map(text -> new Balance.Member(named.host(), text)).stream();
  }

  private void addresses(List<Named> on, List<Named> to) {
    Map<InetAddress, Named> seen = new HashMap<>();
    Optional<InetAddress> first = Optional.empty();
    for (Named named : Stream.concat(on.stream(), to.stream()).toList()) {
      Optional<InetAddress> address = hosts.address(named.host()).map(InetAddress::ofLiteral);
      if (address.isEmpty()) {
        continue; // reported
      }
      first = first.or(() -> address);
      Named other = seen.putIfAbsent(address.get(), named);
      if (other != null && !other.host().equals(named.host())) {
        builder.error(
            named.origin(),
            "Two hosts with one address",
            "hosts/%s.yaml and hosts/%s.yaml have the same address. Correct one of them."
                .formatted(other.host(), named.host()));
      } else if (address.get().getAddress().length != first.get().getAddress().length) {
        builder.error(
            named.origin(),
            "IPv4 and IPv6 mixed",
            """
            %s has an IPv%s address, and %s has not. The hosts of one app need addresses of one \
            family, because each connects from its own.\
            """
                .formatted(
                    named.host(),
                    address.get().getAddress().length == 4 ? 4 : 6,
                    on.getFirst().host()));
      }
    }
  }

  private void ports(App app, List<Named> to, Table table) {
    Origin origin = table.origin(BalanceSection.PORT);
    for (Named named : to) {
      String thing = "port %s of %s".formatted(table.get(BalanceSection.PORT), named.host());
      if (!ports.claim(thing, app, origin)) {
        return; // the other hosts have the same conflict
      }
    }
  }
}
