// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.time.Duration;
import java.util.Optional;

/** The key {@code hsts}: whether browsers use https for the site from now on (RFC 6797). */
final class HstsKey implements PartKey {
  static final Key<String> MAX_AGE =
      Key.text("max_age", TextFormat.HSTS_AGE, "365d", "how long a browser remembers it");
  static final Key<Boolean> SUBDOMAINS =
      Key.flag("subdomains", false, "whether it applies to all names below, too");
  static final Key<Boolean> PRELOAD =
      Key.flag("preload", false, "whether browsers may know the site in advance (hstspreload.org)");

  static final Key<Optional<Value>> KEY =
      Key.section(
              "hsts",
              Schema.either(
                  new Schema.Off(),
                  Schema.text(TextFormat.HSTS_AGE),
                  Key.fields("hsts", MAX_AGE, SUBDOMAINS, PRELOAD)),
              "whether browsers use only https for the site from now on")
          .otherwise("the app's own header")
          .more("It needs `tls`, or `real_ip` if a balancer has the certificate.")
          .example("{max_age: 365d, subdomains: true}");

  private static final String HEADER = "Strict-Transport-Security";
  private static final Duration YEAR = Duration.ofDays(365);

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void check(Part part, Declarations mistakes) {
    if (part.keys().isOff(KEY)) {
      return;
    }
    if (!part.site().has(SiteSection.MOUNT) // the other app's site has the certificate
        && part.site().isClearlyWithout(SiteSection.TLS)
        && part.site().isClearlyWithout(RealIpKey.KEY)) {
      mistakes.error(
          part.keys().origin(KEY),
          "HSTS without TLS",
          """
          Browsers ignore hsts over http, and %s has no certificate. Set tls, or write \
          "hsts: false".\
          """
              .formatted(part.app()));
    }
    if (part.get(HeadersKey.KEY).keySet().stream().anyMatch(HEADER::equalsIgnoreCase)) {
      mistakes.error(
          part.keys().origin(KEY),
          "Header set twice",
          "The key headers sets %s as well. Remove one of them.".formatted(HEADER));
    }
    Table hsts = part.keys().table(KEY);
    if (hsts.get(PRELOAD)
        && (!hsts.get(SUBDOMAINS) || age(hsts.get(MAX_AGE)).compareTo(YEAR) < 0)) {
      mistakes.error(
          hsts.origin(PRELOAD),
          "HSTS that is not preloaded",
          """
          hstspreload.org takes a site only with subdomains: true and max_age: 365d or more. \
          Remove preload, or set them.\
          """);
    }
  }

  private static Duration age(String text) {
    return text.equalsIgnoreCase("true") ? YEAR : TextFormat.duration(text);
  }

  @Override
  public void add(Part part, PartLines lines) {
    if (part.keys().isOff(KEY)) {
      lines.withoutHeader(HEADER);
    } else if (lines.isEncrypted()) {
      Table hsts = part.keys().table(KEY);
      String age = part.get(KEY).flatMap(Table::textOf).orElse(hsts.get(MAX_AGE));
      lines.header(
          HEADER,
          "max-age=%d%s%s"
              .formatted(
                  age(age).toSeconds(),
                  hsts.get(SUBDOMAINS) ? "; includeSubDomains" : "",
                  hsts.get(PRELOAD) ? "; preload" : ""));
    }
  }
}
