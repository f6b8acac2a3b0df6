package dev.reconcile.adopt;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * All of nginx's configuration, as {@code nginx -T} prints it, the includes put in their places.
 */
public final class NginxTree {
  private static final String HEADING = "# configuration file ";
  private static final int DEEPEST = 20;

  private final Map<String, List<Directive>> files = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final List<Directive> http;
  private String main = "";

  private NginxTree(String dump) {
    split(dump);
    texts.forEach((file, text) -> files.put(file, NginxConfig.parse(file, text).directives()));
    http =
        resolved(files.getOrDefault(main, List.of()), 0).stream()
            .filter(directive -> directive.is("http"))
            .flatMap(Directive::contents)
            .toList();
  }

  /** The configuration of a dump; an empty one has no files. */
  public static NginxTree of(String dump) {
    return new NginxTree(dump);
  }

  // Each file is followed by a line break of the dump's own.
  private void split(String dump) {
    String file = "";
    StringBuilder text = new StringBuilder();
    for (String line : dump.split("(?<=\n)", -1)) {
      if (line.startsWith(HEADING + "/") && line.stripTrailing().endsWith(":")) {
        add(file, text);
        String heading = line.stripTrailing();
        file = heading.substring(HEADING.length(), heading.length() - 1);
        main = main.isEmpty() ? file : main;
      } else {
        text.append(line);
      }
    }
    add(file, text);
  }

  private void add(String file, StringBuilder text) {
    if (!file.isEmpty()) {
      boolean isExtra = !text.isEmpty() && text.charAt(text.length() - 1) == '\n';
      texts.put(file, text.substring(0, text.length() - (isExtra ? 1 : 0)));
    }
    text.setLength(0);
  }

  private List<Directive> resolved(List<Directive> directives, int depth) {
    List<Directive> resolved = new ArrayList<>();
    for (Directive directive : directives) {
      if (directive.is("include") && depth < DEEPEST) {
        resolved.add(directive.holding(resolved(included(directive.parameter()), depth + 1)));
      } else {
        resolved.add(
            directive.isBlock()
                ? directive.holding(resolved(directive.block(), depth))
                : directive);
      }
    }
    return resolved;
  }

  // A relative path is one of the main file's folder; a pattern brings its files in order.
  private List<Directive> included(String parameter) {
    String folder = main.substring(0, main.lastIndexOf('/') + 1);
    String path = parameter.startsWith("/") ? parameter : folder + parameter;
    if (files.containsKey(path)) {
      return files.getOrDefault(path, List.of());
    }
    Pattern pattern = Pattern.compile(glob(path));
    return files.entrySet().stream()
        .filter(file -> pattern.matcher(file.getKey()).matches())
        .sorted(Map.Entry.comparingByKey())
        .flatMap(file -> file.getValue().stream())
        .toList();
  }

  // glob(7); what nginx prints has matched already, so brackets need not be told apart
  private static String glob(String path) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      switch (c) {
        case '*' -> regex.append("[^/]*");
        case '?', '[', ']' -> regex.append("[^/]?");
        default -> regex.append(Pattern.quote("" + c));
      }
    }
    return regex.toString();
  }

  /** What the {@code http} block holds. */
  List<Directive> http() {
    return http;
  }

  /** The servers of the {@code http} block. */
  List<Directive> servers() {
    return http.stream().filter(directive -> directive.is("server")).toList();
  }

  /** What a file holds, as it stands there. */
  List<Directive> file(String path) {
    return files.getOrDefault(path, List.of());
  }

  /** A file's text. */
  String text(String path) {
    return texts.getOrDefault(path, "");
  }

  /** The files, in the order in which nginx read them. */
  public Set<String> files() {
    return files.keySet();
  }

  /** Whom a server's {@code proxy_pass} asks, upstreams of one server replaced by it. */
  Set<String> addresses(Directive server) {
    Set<String> addresses = new TreeSet<>();
    server
        .all()
        .filter(directive -> directive.is("proxy_pass"))
        .forEach(directive -> address(directive).ifPresent(addresses::add));
    return addresses;
  }

  /** Whom one {@code proxy_pass} asks. */
  Optional<String> address(Directive proxyPass) {
    Optional<String> named = Address.ofProxyPass(proxyPass.parameter());
    return named.flatMap(name -> upstream(name).map(this::target).orElse(named));
  }

  /** The upstream of this name. */
  Optional<Directive> upstream(String name) {
    return http.stream()
        .filter(directive -> directive.is("upstream") && directive.parameter().equals(name))
        .findFirst();
  }

  /** Whom an upstream stands for; empty unless it is one server without more. */
  Optional<String> target(Directive upstream) {
    return upstream.block().size() == 1 && upstream.block().getFirst().is("server")
        ? Address.ofServer(upstream.block().getFirst().parameters().getFirst())
        : Optional.empty();
  }

  /** The unix sockets that nginx is told to ask, as paths. */
  public Set<String> sockets() {
    Set<String> sockets = new TreeSet<>();
    for (Directive server : servers()) {
      addresses(server).stream()
          .filter(address -> address.startsWith("unix:"))
          .forEach(address -> sockets.add(address.substring("unix:".length())));
    }
    return sockets;
  }
}
