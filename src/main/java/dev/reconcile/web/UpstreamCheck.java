// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import static java.util.stream.Collectors.joining;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.TcpListener;
import dev.reconcile.model.Layout;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The check for a site that passes its requests only to another app, or to an address where no
 * process listens. An answer does not show this fault: another app answers well, and an error page
 * hides a 502.
 *
 * <p>Invariant: a target that only nginx can know is no failure, and neither is a program between
 * nginx and the app.
 */
final class UpstreamCheck {
  private static final Set<String> PASSES =
      Set.of("proxy_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass");
  private static final Pattern LOCAL_PORT =
      Pattern.compile("(?:127\\.0\\.0\\.1|localhost|\\[::1\\]):(\\d{1,5})");

  private final Facts facts;
  private final ResolvedConfig configuration;
  private final Set<String> addresses;
  private final List<TcpListener> listeners;

  /**
   * Creates the check for the sites of one host.
   *
   * @param facts the facts of the host
   * @param configuration the configuration of nginx
   * @param addresses the addresses on which apps listen
   * @param listeners the TCP listeners of the host
   */
  UpstreamCheck(
      Facts facts,
      ResolvedConfig configuration,
      Set<String> addresses,
      List<TcpListener> listeners) {
    this.facts = facts;
    this.configuration = configuration;
    this.addresses = Set.copyOf(addresses);
    this.listeners = List.copyOf(listeners);
  }

  /**
   * Returns the failure of one site; empty if a request may reach its app.
   *
   * @param visit the check of the site
   * @param own the servers of the site
   */
  Optional<SiteFailure> of(VisitorCheck visit, List<Server> own) throws HostException {
    List<Directive> passes =
        own.stream()
            .flatMap(server -> server.block().all())
            .filter(line -> PASSES.contains(line.name()))
            .toList();
    if (passes.isEmpty() || isProgrammed(own)) {
      return Optional.empty();
    }
    Set<String> targets = new TreeSet<>();
    for (Directive pass : passes) {
      targets.addAll(UpstreamTargets.of(pass.parameter(), configuration));
    }
    boolean isOfAnother = false;
    for (String target : targets) {
      boolean others = isOfAnother(visit, target);
      if (UpstreamTargets.isAt(target, visit.probe().address())
          || (!others && !isDead(visit, target))) {
        return Optional.empty();
      }
      isOfAnother |= others;
    }
    return Optional.of(failure(visit, passes, isOfAnother));
  }

  private static boolean isProgrammed(List<Server> own) {
    return own.stream()
        .flatMap(server -> server.block().all())
        .anyMatch(UpstreamTargets::isProgram);
  }

  private static SiteFailure failure(
      VisitorCheck visit, List<Directive> passes, boolean isOfAnother) {
    return new SiteFailure(
        isOfAnother ? SiteFailure.Kind.OTHER_UPSTREAM : SiteFailure.Kind.NOT_REACHED,
        false,
        """
        The site leads to %s, %s, and not to %s, where %s listens. In a template, proxy_pass \
        takes the address from {{upstream}}.\
        """
            .formatted(
                passes.stream().map(Directive::parameter).distinct().collect(joining(", ")),
                isOfAnother ? "which is another app's" : "where no process listens",
                visit.probe().address(),
                visit.app()),
        "editor +%s %s".formatted(passes.getFirst().line(), visit.file()));
  }

  private boolean isOfAnother(VisitorCheck visit, String target) throws HostException {
    for (String address : addresses) {
      if (!address.equals(visit.probe().address()) && UpstreamTargets.isAt(target, address)) {
        return true;
      }
    }
    Optional<String> other = appOf(visit, target);
    return other.isPresent() && facts.stat(new Layout(other.get()).environment()).isPresent();
  }

  // Reports whether no process listens at a target.
  private boolean isDead(VisitorCheck visit, String target) throws HostException {
    Optional<String> other = appOf(visit, target);
    if (other.isPresent()) {
      return facts.stat(target.substring("unix:".length()).replaceFirst(":.*", "")).isEmpty();
    }
    Matcher port = LOCAL_PORT.matcher(target);
    return port.matches()
        && listeners.stream()
            .noneMatch(listener -> listener.port() == Integer.parseInt(port.group(1)));
  }

  // Returns the app whose socket has this path. Only nginx knows the value of a variable.
  private static Optional<String> appOf(VisitorCheck visit, String target) {
    return target.startsWith("unix:") && !target.contains("$")
        ? Layout.appOfSocket(target.substring("unix:".length()).replaceFirst(":.*", ""))
            .filter(app -> !app.equals(visit.app()))
        : Optional.empty();
  }
}
