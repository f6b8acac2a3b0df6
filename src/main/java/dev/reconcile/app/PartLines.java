// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final Set<String> raw;
  private final boolean isEncrypted;
  private final Lists outer;
  private final Lists lists;
  private final List<String> lines = new ArrayList<>();
  private final List<String> beside = new ArrayList<>();
  private final List<String> http = new ArrayList<>();
  private final Map<String, Key<?>> directives = new LinkedHashMap<>();
  private Key<?> key;

  /** The lists that a location inherits as a whole; each maps an item to its line. */
  private record Lists(
      Map<String, List<String>> headers,
      Map<String, List<String>> pages,
      Map<String, List<String>> access) {
    static Lists empty() {
      return new Lists(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    }

    Lists copy() {
      return new Lists(
          new LinkedHashMap<>(headers), new LinkedHashMap<>(pages), new LinkedHashMap<>(access));
    }
  }

  private PartLines(Set<String> raw, boolean isEncrypted, Lists outer) {
    this.key = PartKeys.ALL.getFirst().key();
    this.raw = Set.copyOf(raw);
    this.isEncrypted = isEncrypted;
    this.outer = outer;
    this.lists = outer.copy();
  }

  /**
   * Begins the lines of a site.
   *
   * @param raw the names of the directives that the raw lines of the server block set
   * @param isEncrypted whether visitors reach the site over https now
   */
  static PartLines ofSite(Set<String> raw, boolean isEncrypted) {
    return new PartLines(raw, isEncrypted, Lists.empty());
  }

  /**
   * Begins the lines of a location of the site that has these lines.
   *
   * @param own the names of the directives that the raw lines of the location set
   */
  PartLines ofLocation(Set<String> own) {
    return new PartLines(own, isEncrypted, lists);
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

  /** Adds a directive that goes with the key unless raw lines set it. */
  void usual(String directive) {
    if (!hasRaw(name(directive))) {
      lines.add(directive);
    }
  }

  /** Adds a line to the server block, also for a key of a location. */
  void beside(String line) {
    beside.add(line);
  }

  /** Adds a line to nginx's http block. */
  void http(String line) {
    http.add(line);
  }

  private static String name(String directive) {
    return directive.replaceFirst("[ ;].*", "");
  }

  /** Returns the lines for the block of this part. */
  List<String> block() {
    List<String> all = new ArrayList<>(lines);
    changed(outer.headers(), lists.headers(), all);
    changed(outer.pages(), lists.pages(), all);
    changed(outer.access(), lists.access(), all);
    return all;
  }

  private static void changed(
      Map<String, List<String>> before, Map<String, List<String>> after, List<String> all) {
    if (!after.equals(before)) {
      after.values().forEach(all::addAll);
    }
  }

  /** Returns the lines that the server block needs beside the block of this part. */
  List<String> beside() {
    return List.copyOf(beside);
  }

  /** Returns the lines for the server block, if this part is the site. */
  List<String> server() {
    return Stream.concat(block().stream(), beside().stream()).toList();
  }

  /** Returns the lines that nginx's http block needs. */
  List<String> http() {
    return List.copyOf(http);
  }

  /** Returns the directives that keys themselves mean, each with its key. */
  Map<String, Key<?>> directives() {
    return new LinkedHashMap<>(directives);
  }
}
