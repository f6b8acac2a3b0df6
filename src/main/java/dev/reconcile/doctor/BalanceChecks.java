// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HttpProbe;
import dev.reconcile.host.Limits;
import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The check of the hosts to which this host sends the visitors of apps. */
final class BalanceChecks {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int FORBIDDEN = 403;

  private BalanceChecks() {}

  static List<Diagnostic> hosts(DoctorContext context) throws HostException {
    List<Diagnostic> findings = new ArrayList<>();
    for (Address address : context.records().state().owned().keySet()) {
      if (address.name().startsWith(Layout.SITES + "/")) {
        findings.addAll(of(context.facts(), address.name()));
      }
    }
    return findings;
  }

  private static List<Diagnostic> of(Facts facts, String site) throws HostException {
    Optional<String> text =
        facts
            .text(site, Limits.CONFIG_FILE)
            .filter(all -> all.contains("upstream " + Layout.UPSTREAM));
    List<Diagnostic> findings = new ArrayList<>();
    for (Directive line :
        text.map(all -> NginxConfig.parse(site, all).directives()).orElse(List.of())) {
      if (line.is("upstream") && line.parameter().startsWith(Layout.UPSTREAM)) {
        String app = line.parameter().substring(Layout.UPSTREAM.length());
        line.block().stream()
            .filter(server -> server.is("server") && !server.parameters().isEmpty())
            .flatMap(server -> ask(app, server.parameters().getFirst()).stream())
            .forEach(findings::add);
      }
    }
    return findings;
  }

  private static Optional<Diagnostic> ask(String app, String endpoint) {
    String why;
    try {
      int status = HttpProbe.status(endpoint, "/", app, PATIENCE);
      why = status == FORBIDDEN ? "it does not let this host in" : "";
    } catch (IOException e) {
      why = String.valueOf(e.getMessage());
    }
    return why.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Diagnostic.finding(
                "Host without an answer",
                """
                A host that runs %s does not answer this balancer at %s: %s. Requests go to the \
                others. Look at that host; this asks it:\
                """
                    .formatted(app, endpoint, why),
                "curl -i http://%s/".formatted(endpoint)));
  }
}
