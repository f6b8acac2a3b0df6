// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * References to an app's address in nginx's configuration outside {@code proxy_pass} and upstreams.
 * An address in a variable or in a stream cannot be replaced by the new one.
 */
final class OtherReferences {
  /** Directives that may name an address without connecting to it. */
  private static final Set<String> HARMLESS =
      Set.of(
          "listen",
          "server_name",
          "log_format",
          "access_log",
          "proxy_redirect",
          "proxy_set_header",
          "proxy_cookie_domain",
          "add_header",
          "sub_filter",
          "return",
          "rewrite");

  private final NginxTree tree;

  OtherReferences(NginxTree tree) {
    this.tree = tree;
  }

  /** Returns the references to a service's addresses, each as an obstacle. */
  List<Blocker> of(FoundApp app) {
    Pattern address = pattern(app.addresses());
    Set<Directive> read =
        Stream.concat(
                tree.http().stream()
                    .filter(d -> d.is("server"))
                    .flatMap(Directive::all)
                    .filter(d -> d.is("proxy_pass") && !tree.asked(d).isEmpty()),
                tree.http().stream().filter(d -> d.is("upstream")).flatMap(Directive::all))
            .collect(Collectors.toSet());
    return tree.everything()
        .filter(d -> !d.isBlock() && !HARMLESS.contains(d.name()) && !read.contains(d))
        .filter(d -> address.matcher(String.join(" ", d.words())).find())
        .map(d ->
            new Blocker(
                "nginx also has its address in \"" + RawDirectives.title(d) + "\"",
                SourceLocation.of(d)))
        .toList();
  }

  /** Returns a pattern that finds one of these addresses in any text. */
  static Pattern pattern(List<String> addresses) {
    return Pattern.compile(
        addresses.stream().map(OtherReferences::regex).collect(Collectors.joining("|")));
  }

  private static String regex(String address) {
    return address.startsWith(ListenAddress.TCP)
        ? "(127(\\.[0-9]{1,3}){3}|localhost|\\[::1?\\]|0\\.0\\.0\\.0):%s(?![0-9])"
            .formatted(address.substring(ListenAddress.TCP.length()))
        : "(/var)?%s(?![A-Za-z0-9_./-]*[A-Za-z0-9_])"
            .formatted(Pattern.quote(address.substring("unix:".length())));
  }
}
