// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The lines of nginx that the keys of a part of a site become.
 *
 * <p>nginx gives a location the lists of its server (headers, addresses, error pages) only if the
 * location has no such line of its own. The lines of a location therefore begin with the lists of
 * the site, and a list that a key of the location changes is written again as a whole.
 */
final class PartLines {
  private static final List<String> HEADER_LINES =
      List.of("add_header", "proxy_hide_header", "proxy_pass_header");

  private static final String ALL = "all";
  private static final String ALLOW = "allow";
  private static final String DENY = "deny";

  private final boolean isSite;
  private final Set<String> raw;
  private final boolean isEncrypted;
  private final Lists outer;
  private final Lists lists;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, List<String>> beside = new LinkedHashMap<>();
  private final List<String> http = new ArrayList<>();
  private final Map<String, Key<?>> directives = new LinkedHashMap<>();
  private Key<?> key;

  /**
   * The lists that a location inherits as a whole.
   *
   * @param headers header in small letters to its lines
   * @param pages status to its line
   * @param access "allow" and "deny" to the addresses
   * @param raw the raw lines of the server block that belong to these lists
   */
  private record Lists(
      Map<String, List<String>> headers,
      Map<String, String> pages,
      Map<String, List<String>> access,
      List<Directive> raw) {
    Lists(List<Directive> raw) {
      this(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), raw);
    }

    Lists copy() {
      return new Lists(
          new LinkedHashMap<>(headers),
          new LinkedHashMap<>(pages),
          new LinkedHashMap<>(access),
          raw);
    }
  }

  private PartLines(boolean isSite, Set<String> raw, boolean isEncrypted, Lists outer) {
    this.isSite = isSite;
    this.key = PartKeys.ALL.getFirst().key();
    this.raw = Set.copyOf(raw);
    this.isEncrypted = isEncrypted;
    this.outer = outer;
    this.lists = outer.copy();
  }

  /**
   * Begins the lines of a site.
   *
   * @param extra the raw lines of the server block
   * @param isEncrypted whether visitors reach the site over https now
   */
  static PartLines ofSite(List<Directive> extra, boolean isEncrypted) {
    return new PartLines(true, RawLines.names(extra), isEncrypted, new Lists(List.copyOf(extra)));
  }

  /**
   * Begins the lines of a location of the site that has these lines.
   *
   * @param own the raw lines of the location
   */
  PartLines ofLocation(List<Directive> own) {
    return new PartLines(false, RawLines.names(own), isEncrypted, lists);
  }

  /** Returns these lines, which the next additions attribute to a key. */
  PartLines of(Key<?> next) {
    key = next;
    return this;
  }

  /** Returns whether raw lines set the directive. */
  boolean hasRaw(String directive) {
    return raw.contains(directive);
  }

  /** Returns whether visitors reach the site over https now. */
  boolean isEncrypted() {
    return isEncrypted;
  }

  /** Adds a directive that the key itself means; nginx refuses a second one in the block. */
  void line(String directive) {
    directives.putIfAbsent(name(directive), key);
    lines.add(directive);
  }

  /** Adds a directive that a block may have several times. */
  void repeatable(String directive) {
    lines.add(directive);
  }

  /** Adds a directive that goes with the key unless raw lines set it. */
  void usual(String directive) {
    if (!hasRaw(name(directive))) {
      lines.add(directive);
    }
  }

  /** Sets a header of answers, in place of the app's; an empty value leaves the answer without. */
  void header(String name, String value) {
    List<String> own = new ArrayList<>();
    if (!value.isEmpty()) {
      own.add("add_header %s %s always;".formatted(name, NginxWord.quoted(value)));
    }
    own.add("proxy_hide_header " + name + ";");
    directives.putIfAbsent(headerName(name), key);
    lists.headers().put(name.toLowerCase(Locale.ROOT), own);
  }

  /** Leaves a header to the app. */
  void withoutHeader(String name) {
    lists.headers().remove(name.toLowerCase(Locale.ROOT));
  }

  /** Lets in these visitors, unless they are denied, and no others. */
  void allow(List<String> visitors) {
    lists.access().put(ALLOW, visitors);
  }

  /** Keeps out these visitors. */
  void deny(List<String> visitors) {
    lists.access().put(DENY, visitors);
  }

  /** Sets the line for an error of nginx. */
  void page(String status, String line) {
    lists.pages().put(status, line);
  }

  /** Adds a block to the server block, once for all parts, also for a key of a location. */
  void beside(List<String> block) {
    beside.put(block.getFirst(), block);
  }

  /** Adds a line to nginx's http block. */
  void http(String line) {
    http.add(line);
  }

  private static String name(String directive) {
    return directive.replaceFirst("[ ;].*", "");
  }

  private static String headerName(String name) {
    return "add_header " + name.toLowerCase(Locale.ROOT);
  }

  /** Returns the key that means a directive already. */
  Optional<Key<?>> setter(Directive directive) {
    String name =
        directive.is("add_header") && directive.words().size() > 1
            ? headerName(directive.words().get(1))
            : directive.name();
    return Optional.ofNullable(directives.get(name));
  }

  /** Returns the lines for the block of this part. */
  List<String> block() {
    List<String> all = new ArrayList<>(lines);
    boolean losesHeaders =
        !isSite && HEADER_LINES.stream().anyMatch(this::hasRaw) && !lists.headers().isEmpty();
    if (losesHeaders || !lists.headers().equals(outer.headers())) {
      lists.headers().values().forEach(all::addAll);
      all.addAll(inherited(HEADER_LINES.toArray(String[]::new)));
    }
    if (!lists.pages().equals(outer.pages())) {
      all.addAll(lists.pages().values());
      all.addAll(inherited("error_page"));
    }
    if (!lists.access().equals(outer.access())) {
      all.addAll(access());
    }
    return all;
  }

  // nginx uses the first rule that matches.
  private List<String> access() {
    List<String> denied = lists.access().getOrDefault(DENY, List.of());
    List<String> allowed = lists.access().getOrDefault(ALLOW, List.of());
    List<String> rules = new ArrayList<>();
    denied.stream().filter(one -> !one.equals(ALL)).forEach(one -> rules.add("deny " + one + ";"));
    allowed.forEach(one -> rules.add("allow " + one + ";"));
    boolean isOpen = allowed.contains(ALL);
    if (denied.contains(ALL) || !(allowed.isEmpty() || isOpen)) {
      rules.add("deny all;");
    }
    if (rules.isEmpty()) {
      rules.add("allow all;");
    }
    rules.addAll(inherited(ALLOW, DENY));
    return rules;
  }

  // The server block itself has its raw lines.
  private List<String> inherited(String... names) {
    return isSite
        ? List.of()
        : lists.raw().stream()
            .filter(line -> Set.of(names).contains(line.name()))
            .map(Directive::text)
            .toList();
  }

  /**
   * Returns the lines for the server block, if this part is the site.
   *
   * @param locations the lines of the site's locations
   */
  List<String> server(List<PartLines> locations) {
    Map<String, List<String>> blocks = new LinkedHashMap<>(beside);
    locations.forEach(location -> blocks.putAll(location.beside));
    return Stream.concat(block().stream(), blocks.values().stream().flatMap(List::stream)).toList();
  }

  /** Returns the lines that a server block needs beside the locations with these lines. */
  static List<String> besideAll(List<PartLines> locations) {
    Map<String, List<String>> blocks = new LinkedHashMap<>();
    locations.forEach(location -> blocks.putAll(location.beside));
    return blocks.values().stream().flatMap(List::stream).toList();
  }

  /** Returns the lines that nginx's http block needs. */
  List<String> http() {
    return List.copyOf(http);
  }
}
