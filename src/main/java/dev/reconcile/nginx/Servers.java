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
 * Which of nginx's servers answers a request, by its own rules (nginx: ngx_http_core_module,
 * "server_name"; ngx_http_find_virtual_server).
 */
public final class Servers {
  private static final int MOST_CHARACTERS = 2000; // of a regular expression

  private final List<Server> all;
  private final Map<Endpoint, Names> names = new ConcurrentHashMap<>();

  /**
   * @param all in the order in which nginx reads them
   */
  Servers(List<Server> all) {
    this.all = List.copyOf(all);
  }

  /**
   * Who answers.
   *
   * @param server the one that does; empty if none listens there, or if that is not certain
   * @param isCertain false if it hangs on something that only a running nginx knows
   */
  public record Choice(Optional<Server> server, boolean isCertain) {
    private static final Choice UNCERTAIN = new Choice(Optional.empty(), false);

    private static Choice of(Server server) {
      return new Choice(Optional.of(server), true);
    }
  }

  /** Those of a configuration. */
  public static Servers of(ResolvedConfig configuration) {
    List<Server> all = new ArrayList<>();
    collect(configuration.directives(), "", List.of(), all);
    return new Servers(all);
  }

  // Only a server of the http block is one: those of stream and mail are of other kinds.
  private static void collect(
      List<Directive> block, String around, List<String> files, List<Server> all) {
    for (Directive one : block) {
      List<String> here = new ArrayList<>(files);
      if (files.isEmpty() || !files.getLast().equals(one.file())) {
        here.add(one.file());
      }
      if (one.is("include")) {
        collect(one.block(), around, here, all);
      } else if (around.isEmpty() && one.is("http")) {
        collect(one.block(), "http", here, all);
      } else if (around.equals("http") && one.is("server")) {
        all.add(Server.of(one, here));
      }
    }
  }

  /** Those that listen on exactly this, in order. */
  private List<Server> on(Endpoint endpoint) {
    return all.stream().filter(server -> listens(server, endpoint).findAny().isPresent()).toList();
  }

  private static Stream<Server.Listen> listens(Server server, Endpoint endpoint) {
    return server.listens().stream().filter(one -> one.endpoint().equals(endpoint));
  }

  /** Whether some server listens on exactly this. */
  public boolean have(Endpoint endpoint) {
    return !on(endpoint).isEmpty();
  }

  /** How nginx listens there: what one server says of an address counts for all that share it. */
  public Server.Listen manner(Endpoint endpoint) {
    List<Server.Listen> all = on(endpoint).stream().flatMap(s -> listens(s, endpoint)).toList();
    return new Server.Listen(
        endpoint,
        all.stream().anyMatch(Server.Listen::isSsl),
        all.stream().anyMatch(Server.Listen::isProxied),
        all.stream().anyMatch(Server.Listen::isDefault));
  }

  /**
   * Who answers a request for a name that comes in by an endpoint.
   *
   * @param endpoint as some server's {@code listen} has it
   * @param name in small letters, without a port
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
      for (String one : server.names()) {
        if (one.startsWith("~")) {
          Optional<Boolean> matches = matches(one.substring(1), name);
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

  // PCRE's; names of groups do not matter here, and Java's may not have underscores
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
   * What keeps nginx from listening where {@code server} says, although its test of the
   * configuration passes: one that has the port for IPv4 and IPv6 at once.
   *
   * @param rival the other server, or the same
   * @param port the port
   */
  public record PortConflict(Server rival, int port) {}

  /** The first such conflict of {@code server}; empty if there is none. */
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

  /** All of them, in the order in which nginx reads them. */
  public List<Server> all() {
    return all;
  }

  /** Those that stand in a file, or are included by it. */
  public List<Server> of(Predicate<String> file) {
    return all.stream().filter(server -> server.files().stream().anyMatch(file)).toList();
  }
}
