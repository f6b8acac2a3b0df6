package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.TcpListener;
import dev.reconcile.model.Layout;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds a site that hands its requests to another app, or to an address where nobody listens, and
 * to its own app nowhere. An answer does not tell it: another app answers well, and a page for
 * errors hides a 502.
 *
 * <p>Invariant: a target that only nginx can know, and a program that stands before the app, are no
 * failure.
 */
final class UpstreamCheck {
  private static final Set<String> PASSES =
      Set.of("proxy_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass");
  private static final Pattern SOCKET =
      Pattern.compile("unix:/(?:var/)?run/(.+?)_gunicorn(?:-\\d+)?\\.sock");
  private static final Pattern LOCAL_PORT =
      Pattern.compile("(?:127\\.0\\.0\\.1|localhost|\\[::1\\]):(\\d{1,5})");

  private final Facts facts;
  private final ResolvedConfig configuration;
  private final Set<String> addresses;
  private final List<TcpListener> listeners;

  /**
   * @param addresses where apps listen
   * @param listeners who listens on this machine
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
   * The failure of one site; empty if a request may get to its app.
   *
   * @param own the site's servers
   */
  Optional<SiteFailure> of(VisitorCheck visit, List<Server> own) throws HostException {
    List<Directive> passes =
        own.stream()
            .flatMap(server -> server.block().all())
            .filter(line -> PASSES.contains(line.name()))
            .toList();
    if (passes.isEmpty() || own.stream().anyMatch(UpstreamCheck::isProgrammed)) {
      return Optional.empty();
    }
    Set<String> targets = new TreeSet<>();
    for (Directive pass : passes) {
      targets.addAll(targets(pass.parameter()));
    }
    for (String target : targets) {
      if (isAt(target, visit.probe().address()) || !isElsewhere(visit, target)) {
        return Optional.empty();
      }
    }
    Directive first = passes.getFirst();
    return Optional.of(
        new SiteFailure(
            SiteFailure.Kind.OTHER_UPSTREAM,
            false,
            """
            The site of %s hands requests to %s only, and %s listens on %s. A template takes the \
            address from {{upstream}}.\
            """
                .formatted(
                    visit.app(), String.join(", ", targets), visit.app(), visit.probe().address()),
            "editor +%s %s".formatted(first.line(), visit.file())));
  }

  private static boolean isProgrammed(Server server) {
    return server
        .block()
        .all()
        .anyMatch(line -> line.name().contains("_by_lua") || line.name().startsWith("js_"));
  }

  // the servers of an upstream, or the address itself
  private List<String> targets(String parameter) {
    String plain = parameter.replaceFirst("^(https?|grpcs?)://", "");
    String name = plain.startsWith("unix:") ? plain : plain.replaceFirst("/.*", "");
    List<String> members = new ArrayList<>();
    configuration
        .http()
        .filter(line -> line.is("upstream") && line.parameter().equals(name))
        .flatMap(Directive::contents)
        .filter(line -> line.is("server") && !line.parameters().isEmpty())
        .forEach(line -> members.add(line.parameters().getFirst()));
    return members.isEmpty() ? List.of(name) : members;
  }

  private static boolean isAt(String target, String address) {
    String plain = target.replaceFirst("^unix:/var/run/", "unix:/run/");
    return plain.equals(address) || plain.startsWith(address + ":");
  }

  // certainly another app's, or nobody's
  private boolean isElsewhere(VisitorCheck visit, String target) throws HostException {
    Stream<String> others =
        addresses.stream().filter(address -> !address.equals(visit.probe().address()));
    if (others.anyMatch(address -> isAt(target, address))) {
      return true;
    }
    Matcher socket = SOCKET.matcher(target);
    if (socket.lookingAt() && !socket.group(1).equals(visit.app())) {
      return facts.stat(new Layout(socket.group(1)).environment()).isPresent()
          || facts.stat("/run/" + socket.group(1) + "_gunicorn.sock").isEmpty();
    }
    Matcher port = LOCAL_PORT.matcher(target);
    return port.matches()
        && listeners.stream()
            .noneMatch(listener -> listener.port() == Integer.parseInt(port.group(1)));
  }
}
