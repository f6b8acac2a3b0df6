// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.app.App;
import dev.reconcile.app.Balance;
import dev.reconcile.model.Step.Probe;
import dev.reconcile.web.VisitorResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answers of the hosts that run an app to the host that sends them its visitors. */
final class BalancedHosts {
  private static final int FORBIDDEN = 403;

  private BalancedHosts() {}

  /** Asks each host of an app, at the same time. */
  static List<BalancedHost> ask(App app, Balance balance) {
    Map<String, Probe> probes = new LinkedHashMap<>();
    balance
        .to()
        .forEach(member ->
            probes.put(member.host(), app.probe(app.service(), balance.endpoint(member))));
    Map<String, Health> answers = HealthChecks.ask(probes);
    List<BalancedHost> hosts = new ArrayList<>();
    for (Balance.Member member : balance.to()) {
      hosts.add(
          new BalancedHost(
              member.host(),
              balance.endpoint(member),
              balance.out().contains(member.host()),
              answers.getOrDefault(member.host(), Health.notAsked("not asked"))));
    }
    return List.copyOf(hosts);
  }

  /** Returns the health of an app that only other hosts run: that of the first that serves. */
  static Health health(List<BalancedHost> hosts) {
    return hosts.stream()
        .filter(BalancedHost::serves)
        .findFirst()
        .map(BalancedHost::health)
        .orElseGet(() ->
            new Health(Health.State.UNHEALTHY, 0, 0, "none of the hosts that run it answers"));
  }

  /** Returns the result of a site that lets only balancers in, and so refuses this host. */
  static VisitorResult ofBack(VisitorResult result) {
    return result.state() == VisitorResult.State.SERVED && result.status() == FORBIDDEN
        ? VisitorResult.notAsked("only the balancers reach it")
        : result;
  }
}
