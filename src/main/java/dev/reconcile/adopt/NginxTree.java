// SPDX-License-Identifier: Apache-2.0
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
import java.util.stream.Stream;

/** Nginx's whole configuration as {@code nginx -T} prints it, with the includes resolved. */
public final class NginxTree {
  private static final String HEADING = "# configuration file ";
  private static final int DEEPEST = 20;

  private final Map<String, List<Directive>> files = new LinkedHashMap<>();
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Set<String> own;
  private final List<Directive> all;
  private final List<Directive> http;
  private String main = "";

  private NginxTree(String dump, Set<String> own) {
    split(dump);
    this.own = Set.copyOf(own);
    texts.forEach((file, text) -> files.put(file, NginxConfig.parse(file, text).directives()));
    all = resolved(files.getOrDefault(main, List.of()), 0);
    http =
        all.stream()
            .filter(directive -> directive.is("http"))
            .flatMap(Directive::contents)
            .toList();
  }

  /**
   * Parses a dump; an empty one has no files.
   *
   * @param own names and addresses of this machine, except those of the loopback interface
   */
  public static NginxTree of(String dump, Set<String> own) {
    return new NginxTree(dump, own);
  }

  // The dump adds a line break after each file.
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

  // A relative path is resolved against the main file's folder; the files of a pattern are sorted.
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

  // glob(7). nginx has matched the files already, so a bracket may match any character.
  static String glob(String path) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      switch (c) {
        case '*' -> regex.append("[^/]*");
        case '?', '[', ']' -> regex.append("[^/]?");
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  /**
   * Returns all directives, each before its contents; an include holds the directives of its files.
   */
  Stream<Directive> everything() {
    return all.stream().flatMap(d -> Stream.concat(Stream.of(d), d.all()));
  }

  /** Returns the paths and patterns that the {@code http} block includes, in nginx's order. */
  List<String> includes() {
    String folder = main.substring(0, main.lastIndexOf('/') + 1);
    return all.stream()
        .filter(directive -> directive.is("http"))
        .flatMap(directive -> directive.block().stream())
        .filter(directive -> directive.is("include"))
        .map(Directive::parameter)
        .map(path -> path.startsWith("/") ? path : folder + path)
        .toList();
  }

  /** Returns the contents of the {@code http} block. */
  List<Directive> http() {
    return http;
  }

  /** Returns the servers of the {@code http} block. */
  List<Directive> servers() {
    return http.stream().filter(directive -> directive.is("server")).toList();
  }

  /** Returns a file's directives, without resolved includes. */
  List<Directive> file(String path) {
    return files.getOrDefault(path, List.of());
  }

  /** Returns a file's text. */
  String text(String path) {
    return texts.getOrDefault(path, "");
  }

  /** Returns the files, in the order in which nginx read them. */
  public Set<String> files() {
    return files.keySet();
  }

  /**
   * Returns the local addresses that a server's {@code proxy_pass} directives connect to; upstreams
   * are replaced by their servers.
   */
  Set<String> addresses(Directive server) {
    Set<String> addresses = new TreeSet<>();
    server
        .all()
        .filter(directive -> directive.is("proxy_pass"))
        .forEach(directive -> addresses.addAll(asked(directive)));
    return addresses;
  }

  /**
   * Returns the local addresses that a {@code proxy_pass} connects to; an upstream is replaced by
   * its servers.
   */
  List<String> asked(Directive proxyPass) {
    Optional<ProxyUrl> url =
        proxyPass.is("proxy_pass") ? ProxyUrl.of(proxyPass.parameter()) : Optional.empty();
    if (url.isEmpty()) {
      return List.of();
    }
    Optional<Directive> upstream = upstream(url.get().name());
    return upstream.isPresent()
        ? members(upstream.get())
        : url.get().address(own).map(List::of).orElse(List.of());
  }

  /** Finds an upstream by its name. */
  Optional<Directive> upstream(String name) {
    return http.stream()
        .filter(directive -> directive.is("upstream") && directive.parameter().equals(name))
        .findFirst();
  }

  /** Returns the local addresses of an upstream's servers. */
  List<String> members(Directive upstream) {
    return upstream
        .contents()
        .filter(directive -> directive.is("server"))
        .flatMap(directive -> member(directive).stream())
        .toList();
  }

  /** Returns the local address of a server of an upstream; empty for another machine. */
  Optional<String> member(Directive server) {
    return server.words().size() < 2
        ? Optional.empty()
        : ProxyUrl.ofServer(server.words().get(1), own);
  }

  /** Tells whether an upstream has one server and no other directive. */
  static boolean isPlain(Directive upstream) {
    return upstream.block().size() == 1 && upstream.block().getFirst().is("server");
  }
}
