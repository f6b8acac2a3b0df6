// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Set;

/** The check for keys of a site that have no effect on some visitors or in some locations. */
final class SettingsCheck {
  private static final Set<String> HEADERS =
      Set.of("add_header", "proxy_hide_header", "proxy_pass_header");

  private final App app;
  private final App.Site site;
  private final Declarations declarations;

  SettingsCheck(App app, App.Site site, Declarations declarations) {
    this.app = app;
    this.site = site;
    this.declarations = declarations;
  }

  /**
   * Warns about them.
   *
   * @param hasIpv6 whether the site listens on IPv6
   */
  void check(boolean hasIpv6) {
    if (hasIpv6) {
      site.partKeys().forEach(this::addresses);
    }
    RawLines extra = RawLines.of(site.keys(), SiteSection.EXTRA);
    extra.directives().forEach(line -> headers(line, extra));
  }

  private void addresses(Table part) {
    List<String> allowed = part.get(AddressesKey.ALLOW.list());
    boolean areV4 = allowed.stream().allMatch(one -> !one.equals("all") && !Network.of(one).isV6());
    if (!allowed.isEmpty() && areV4) {
      declarations.warning(
          part.origin(AddressesKey.ALLOW.list()),
          "No IPv6 address allowed",
          """
          The site listens on IPv6, too, and "allow" has only IPv4, so visitors over IPv6 \
          get 403. Add their networks, such as 2001:db8::/32.\
          """);
    }
  }

  // A location inherits headers only if it sets none of its own.
  private void headers(Directive block, RawLines extra) {
    if (!block.is("location") || !setsHeaders()) {
      return;
    }
    if (block.contents().anyMatch(line -> HEADERS.contains(line.name()))) {
      declarations.warning(
          extra.place(block),
          "Location without the headers of the site",
          """
          %s sets headers of its own, so nginx sends none of "headers" and "hsts" of %s \
          for it. Repeat them there.\
          """
              .formatted(String.join(" ", block.words()), app.name()));
    }
    block.block().forEach(inner -> headers(inner, extra));
  }

  private boolean setsHeaders() {
    return !site.get(HeadersKey.KEY).isEmpty()
        || (site.keys().has(HstsKey.KEY) && !site.keys().isOff(HstsKey.KEY));
  }
}
