// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The key {@code real_ip}: the balancers whose word about a visitor counts. */
final class RealIpKey implements PartKey {
  static final Key<List<String>> FROM =
      Key.texts("from", TextFormat.NETWORK, "the addresses of the balancers")
          .more("It is required.")
          .example("10.0.0.0/24");
  static final Key<String> HEADER =
      Key.text(
              "header",
              TextFormat.HEADER_NAME,
              "X-Forwarded-For",
              "the header with the visitor's address")
          .example("CF-Connecting-IP");

  static final Key<Optional<Value>> KEY =
      Key.section(
              "real_ip",
              Key.fields("real_ip", FROM, HEADER),
              "the balancers in front of nginx, which name the visitor's address")
          .otherwise("nginx believes no one")
          .more(
              """
              Logs, `allow`, `deny`, `rate_limit` and the app then see the visitor's address, and \
              the app the balancer's `X-Forwarded-Proto`.\
              """)
          .example("{from: [10.0.0.0/24]}");

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void check(Part part, Declarations mistakes) {
    Table key = part.keys().table(KEY);
    if (!key.has(FROM) && key.isSound()) {
      mistakes.error(
          part.keys().origin(KEY),
          "Balancers without addresses",
          """
          Name the addresses that requests come from: real_ip: {from: [10.0.0.0/24]}. \
          Without them, every visitor could choose an address.\
          """);
    }
    for (Value item : key.items(FROM)) {
      Optional<Network> network = Table.textOf(item).map(Network::of);
      if (network.filter(one -> one.prefix() == 0).isPresent()) {
        mistakes.error(
            item.origin(),
            "Everybody is a balancer",
            """
            %s is every address, so each visitor could choose an address and pass \
            allow, deny and rate_limit. Name the networks of the balancers.\
            """
                .formatted(network.get().text()));
      } else if (network.filter(one -> !one.isExact()).isPresent()) {
        mistakes.error(item.origin(), "Address in a network", network.get().advice());
      }
    }
  }

  @Override
  public void add(Part part, PartLines lines) {
    Table key = part.keys().table(KEY);
    key.get(FROM).forEach(network -> lines.repeatable("set_real_ip_from " + network + ";"));
    lines.line("real_ip_header " + key.get(HEADER) + ";");
    lines.line("real_ip_recursive on;");
    variables(part).forEach(lines::http);
  }

  /** Returns the lines of nginx's http block that define {@link #scheme}. */
  static List<String> variables(Part part) {
    List<String> lines = new ArrayList<>();
    String trusted = "$" + SiteHttp.variable(part.app(), "trusted");
    lines.add("geo $realip_remote_addr " + trusted + " {");
    lines.add("    default 0;");
    part.keys().table(KEY).get(FROM).stream()
        .distinct()
        .forEach(one -> lines.add("    " + one + " 1;"));
    lines.add("}");
    lines.add("map %s:$http_x_forwarded_proto %s {".formatted(trusted, scheme(part.app())));
    lines.add("    default $scheme;");
    lines.add("    1:http http;");
    lines.add("    1:https https;");
    lines.add("}");
    return lines;
  }

  /** Returns the variable with the scheme that the visitor uses. */
  static String scheme(String app) {
    return "$" + SiteHttp.variable(app, "scheme");
  }
}
