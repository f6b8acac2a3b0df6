// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys that a site and each of its locations may set. */
final class PartKeys {
  /** The value of a site's template that has the lines of all these keys. */
  static final String SETTINGS = "settings";

  /** All keys, in the order of the manual and of the lines. */
  static final List<PartKey> ALL =
      List.of(
          new MaxBodyKey(),
          new TimeoutKey(),
          new BufferingKey(),
          new BufferSizeKey(),
          new GzipKey(),
          new HeadersKey(),
          new HstsKey(),
          new AuthKey(),
          new SatisfyKey(),
          AddressesKey.ALLOW,
          AddressesKey.DENY,
          new RateLimitKey(),
          new ErrorPagesKey());

  /** Keys of the same kind that only the site as a whole may set. */
  private static final List<PartKey> OF_SITE = List.of(new RealIpKey());

  private PartKeys() {}

  /** Returns the keys that a location may set, for its schema. */
  static List<Key<?>> keys() {
    return ALL.stream().<Key<?>>map(PartKey::key).toList();
  }

  /** Returns the keys that a site may set, for its schema. */
  static List<Key<?>> keysOfSite() {
    return ofSite().<Key<?>>map(PartKey::key).toList();
  }

  private static Stream<PartKey> ofSite() {
    return Stream.concat(ALL.stream(), OF_SITE.stream());
  }

  private static List<PartKey> of(Part part) {
    return part.isSite() ? ofSite().toList() : ALL;
  }

  /** Returns whether a name is that of such a key. */
  static boolean isKey(String name) {
    return ofSite().anyMatch(key -> key.key().name().equals(name));
  }

  /**
   * Reports the mistakes that the schema cannot detect.
   *
   * @param raw the part's own raw lines
   */
  static void check(Part part, RawLines raw, Declarations mistakes) {
    boolean isSound = true;
    for (PartKey key : of(part)) {
      if (part.keys().isRefused(key.key())) {
        isSound = false;
      } else if (part.has(key.key())) {
        key.check(part, mistakes);
      }
    }
    if (isSound) {
      twice(part, raw, mistakes);
    }
  }

  private static void twice(Part part, RawLines raw, Declarations mistakes) {
    List<Directive> directives = raw.directives();
    PartLines lines = add(part, PartLines.ofSite(directives, true));
    for (Directive directive : directives) {
      Optional<Key<?>> key = lines.setter(directive);
      if (key.isPresent()) {
        mistakes.error(
            raw.place(directive),
            "Directive set twice",
            """
            "%s" comes from the key %s, too (%s), and nginx would have it twice. Remove one of \
            them.\
            """
                .formatted(
                    directive.name(), key.get().name(), part.keys().origin(key.get()).words()));
      }
    }
  }

  /**
   * Adds the lines of a part's keys.
   *
   * @param lines the new lines of this part
   */
  static PartLines add(Part part, PartLines lines) {
    for (PartKey key : of(part)) {
      if (part.has(key.key())) {
        key.add(part, lines.of(key.key()));
      }
    }
    return lines;
  }
}
