// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The key {@code rate_limit}: how many requests a visitor may send. */
final class RateLimitKey implements PartKey {
  static final Key<String> RATE =
      Key.text("rate", TextFormat.RATE, "", "the requests of a second or a minute")
          .example("10r/s");
  static final Key<Integer> BURST =
      Key.whole("burst", 0, 100_000, 0, "how many requests may come at once beyond the rate")
          .otherwise("those of two seconds, at least 5");
  static final Key<Integer> DELAY =
      Key.whole("delay", 0, 100_000, 0, "how many of the burst nginx passes on at once")
          .otherwise("all of the burst");
  static final Key<Boolean> NODELAY =
      Key.flag("nodelay", true, "whether nginx passes on all of the burst at once");
  static final Key<String> BY =
      Key.text("key", TextFormat.NGINX_WORD, "$binary_remote_addr", "what counts as a visitor")
          .more("nginx does not limit a request for which it is empty.")
          .example("$http_x_api_key");
  static final Key<Integer> STATUS =
      Key.whole("status", 400, 599, 429, "the answer to requests beyond it");

  static final Key<Optional<Value>> KEY =
      Key.section(
              "rate_limit",
              Schema.oneOrMore(
                  Schema.either(
                      Schema.text(TextFormat.RATE),
                      Key.fields("a rate limit", RATE, BURST, DELAY, NODELAY, BY, STATUS))),
              "how many requests a visitor may send; others get 429")
          .otherwise("no limit")
          .more("In a list, each of them applies.")
          .example("{rate: 10r/s, burst: 50}");

  private static final int LEAST_BURST = 5;
  private static final String MEGABYTES = "10m";

  @Override
  public Key<?> key() {
    return KEY;
  }

  private static List<Value> items(Part part) {
    return part.keys().items(KEY).stream()
        .filter(item -> !(item instanceof Value.Refused))
        .toList();
  }

  private static String rate(Value item) {
    return Table.textOf(item).orElse(Table.of(item).get(RATE));
  }

  @Override
  public void check(Part part, Declarations mistakes) {
    Set<String> zones = new HashSet<>();
    Set<Integer> statuses = new TreeSet<>();
    for (Value item : items(part)) {
      Table limit = Table.of(item);
      statuses.add(limit.get(STATUS));
      if (rate(item).isEmpty() && limit.isSound()) {
        mistakes.error(item.origin(), "Limit without a rate", "Add rate: 10r/s, or another rate.");
      } else if (!zones.add(zone(part, item))) {
        mistakes.error(
            item.origin(), "Limit set twice", "The list has %s twice.".formatted(rate(item)));
      }
      if (limit.has(DELAY) && limit.has(NODELAY)) {
        mistakes.error(
            limit.origin(NODELAY),
            "Conflicting delays",
            "delay says how many requests nginx does not delay. Remove nodelay.");
      }
    }
    if (statuses.size() > 1) {
      mistakes.error(
          part.keys().origin(KEY),
          "Several statuses",
          "nginx has one status for all limits of a site or location. Name one of %s."
              .formatted(statuses));
    }
  }

  // nginx refuses a reload that changes the key of a zone, so another key has another zone.
  private static String zone(Part part, Value item) {
    String by = Table.of(item).get(BY);
    String digest = Digest.of(part.location() + "\n" + by + "\n" + rate(item)).hex();
    return "reconcile_" + part.app() + "_" + digest.substring(0, 8);
  }

  @Override
  public void add(Part part, PartLines lines) {
    for (Value item : items(part)) {
      Table limit = Table.of(item);
      String rate = rate(item);
      if (rate.isEmpty()) {
        continue;
      }
      String zone = zone(part, item);
      lines.http(
          "limit_req_zone %s zone=%s:%s rate=%s;".formatted(limit.get(BY), zone, MEGABYTES, rate));
      lines.repeatable("limit_req zone=" + zone + burst(limit, rate) + ";");
    }
    items(part).stream()
        .findFirst()
        .ifPresent(first -> lines.usual("limit_req_status " + Table.of(first).get(STATUS) + ";"));
  }

  private static String burst(Table limit, String rate) {
    int number = Integer.parseInt(rate.substring(0, rate.indexOf('r')));
    int usual = rate.endsWith("s") ? Math.max(LEAST_BURST, 2 * number) : LEAST_BURST;
    int burst = limit.has(BURST) ? limit.get(BURST) : usual;
    String delay =
        limit.has(DELAY) ? " delay=" + limit.get(DELAY) : limit.get(NODELAY) ? " nodelay" : "";
    return burst == 0 ? "" : " burst=" + burst + delay;
  }
}
