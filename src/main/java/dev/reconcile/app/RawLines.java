// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Raw lines of nginx that the desired state has as one value.
 *
 * @param text the lines
 * @param origin where the value begins
 */
record RawLines(String text, Origin origin) {
  /** Returns the lines under a key. */
  static RawLines of(Table keys, Key<String> key) {
    return new RawLines(keys.get(key), keys.origin(key));
  }

  /** Returns the parsed lines. */
  List<Directive> directives() {
    return NginxConfig.parse("", text).directives();
  }

  /** Returns the names of directives. */
  static Set<String> names(List<Directive> directives) {
    Set<String> names = new TreeSet<>();
    directives.forEach(directive -> names.add(directive.name()));
    return names;
  }

  /** Returns where a directive is. Its line is known only if the value is a literal block. */
  Origin place(Directive directive) {
    String excerpt = origin.excerpt();
    boolean literal = origin.column() > 0 && excerpt.startsWith("|", origin.column() - 1);
    if (!literal) {
      return origin;
    }
    String line = text.lines().skip(directive.line() - 1L).findFirst().orElse("");
    return new Origin(origin.file(), origin.line() + directive.line(), 0, line);
  }
}
