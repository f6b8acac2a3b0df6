// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * The servers of an nginx configuration, with nginx's rules for which of them answers a request
 * (nginx: ngx_http_core_module, "server_name"; ngx_http_find_virtual_server).
 */
public final class Servers {
  private static final int MOST_CHARACTERS = 2000; // of a regular expression

  private final List<Server> all;
  private final Map<Endpoint, Names> names = new ConcurrentHashMap<>();

  /**
   * @param all the servers, in the order in which nginx reads them
   */
  Servers(List<Server> all) {
    this.all = List.copyOf(all);
  }

  /**
   * The server that answers a request.
   *
   * @param server the server; empty if none listens on the endpoint, or if the choice is uncertain
   * @param isCertain false if the choice depends on facts that only a running nginx knows
   */
  public record Choice(Optional<Server> server, boolean isCertain) {
    private static final Choice UNCERTAIN = new Choice(Optional.empty(), false);

    private static Choice of(Server server) {
      return new Choice(Optional.of(server), true);
    }
  }

  /** Collects the servers of a configuration. */
  public static Servers of(ResolvedConfig configuration) {
    List<Server> all = new ArrayList<>();
    collect(configuration.directives(), "", List.of(), all);
    return new Servers(all);
  }

  // The server blocks of stream and mail are of other kinds.
  private static void collect(
      List<Directive> block, String around, List<String> files, List<Server> all) {
    for (Directive directive : block) {
      List<String> here = new ArrayList<>(files);
      if (files.isEmpty() || !files.getLast().equals(directive.file())) {
        here.add(directive.file());
      }
      if (directive.is("include")) {
        collect(directive.block(), around, here, all);
      } else if (around.isEmpty() && directive.is("http")) {
        collect(directive.block(), "http", here, all);
      } else if (around.equals("http") && directive.is("server")) {
        all.add(Server.of(directive, here));
      }
    }
  }

  /** Returns the servers that listen on exactly this endpoint, in order. */
  private List<Server> on(Endpoint endpoint) {
    return all.stream().filter(server -> listens(server, endpoint).findAny().isPresent()).toList();
  }

  private static Stream<Server.Listen> listens(Server server, Endpoint endpoint) {
    return server.listens().stream().filter(listen -> listen.endpoint().equals(endpoint));
  }

  /** Reports whether a server listens on exactly this endpoint. */
  public boolean have(Endpoint endpoint) {
    return !on(endpoint).isEmpty();
  }

  /**
   * Returns how nginx listens on an endpoint: an option that one server sets applies to all servers
   * of the endpoint.
   */
  public Server.Listen manner(Endpoint endpoint) {
    List<Server.Listen> all = on(endpoint).stream().flatMap(s -> listens(s, endpoint)).toList();
    return new Server.Listen(
        endpoint,
        all.stream().anyMatch(Server.Listen::isSsl),
        all.stream().anyMatch(Server.Listen::isProxied),
        all.stream().anyMatch(Server.Listen::isDefault));
  }

  /**
   * Determines the server that answers a request for a name on an endpoint.
   *
   * @param endpoint an endpoint of a server's {@code listen}
   * @param name in lower case, without a port
   */
  public Choice choice(Endpoint endpoint, String name) {
    List<Server> here = on(endpoint);
    if (here.isEmpty()) {
      return new Choice(Optional.empty(), all.stream().allMatch(Server::isCertain));
    }
    return names
        .computeIfAbsent(endpoint, any -> new Names(here))
        .owner(name)
        .map(Choice::of)
        .or(() -> byExpression(here, name))
        .orElseGet(() -> Choice.of(defaultOf(here, endpoint)));
  }

  private static Server defaultOf(List<Server> here, Endpoint endpoint) {
    return here.stream()
        .filter(server -> listens(server, endpoint).anyMatch(Server.Listen::isDefault))
        .findFirst()
        .orElseGet(here::getFirst);
  }

  private static Optional<Choice> byExpression(List<Server> here, String name) {
    for (Server server : here) {
      for (String declared : server.names()) {
        if (declared.startsWith("~")) {
          Optional<Boolean> matches = matches(declared.substring(1), name);
          if (matches.isEmpty()) {
            return Optional.of(Choice.UNCERTAIN);
          }
          if (matches.get()) {
            return Optional.of(Choice.of(server));
          }
        }
      }
    }
    return Optional.empty();
  }

  // Group names of PCRE are removed: they do not affect the match, and Java forbids underscores.
  private static Optional<Boolean> matches(String expression, String name) {
    if (expression.length() > MOST_CHARACTERS) {
      return Optional.empty();
    }
    String plain = expression.replaceAll("\\(\\?P?(<(?![=!])[^>]*>|'[^']*')", "(");
    try {
      return Optional.of(Pattern.compile(plain, Pattern.CASE_INSENSITIVE).matcher(name).find());
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * A conflict that keeps nginx from listening although its test of the configuration passes.
   *
   * @param rival the server that has the port for IPv4 and IPv6 at once
   * @param port the port
   */
  public record PortConflict(Server rival, int port) {}

  /** Returns the first such conflict of {@code server}; empty if there is none. */
  public Optional<PortConflict> portConflict(Server server) {
    return server.listens().stream()
        .map(Server.Listen::endpoint)
        .filter(endpoint -> endpoint.family() == Endpoint.Family.IPV4)
        .flatMap(endpoint ->
            all.stream()
                .filter(other -> other.isForBothFamilies(endpoint.port()))
                .map(other -> new PortConflict(other, endpoint.port())))
        .findFirst();
  }

  /** Returns all servers, in the order in which nginx reads them. */
  public List<Server> all() {
    return all;
  }

  /** Returns the servers that a matching file contains or includes. */
  public List<Server> of(Predicate<String> file) {
    return all.stream().filter(server -> server.files().stream().anyMatch(file)).toList();
  }
}
