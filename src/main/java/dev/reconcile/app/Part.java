// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import java.util.stream.Stream;

/**
 * A site, or a location of it, with keys that become lines of nginx.
 *
 * @param app the app's name
 * @param location the path of the location; empty for the site as a whole
 * @param keys the keys that the desired state sets for this part
 * @param site the keys of the site as a whole
 * @param paths the app's code and data, to which relative paths lead
 */
record Part(String app, String location, Table keys, Table site, StaticPaths paths) {
  /** Returns the part that is the site as a whole. */
  static Part site(String app, Table site, StaticPaths paths) {
    return new Part(app, "", site, site, paths);
  }

  /** Returns a location of this site. */
  Part location(String path, Table own) {
    return new Part(app, path, own, site, paths);
  }

  /** Returns whether this is the site as a whole. */
  boolean isSite() {
    return location.isEmpty();
  }

  /** Returns whether this part sets the key itself. */
  boolean has(Key<?> key) {
    return keys.has(key);
  }

  /** Returns the folders and files that nginx hands out for the keys of the site. */
  Stream<String> served() {
    Stream<String> ofLocations =
        site.table(SiteSection.LOCATIONS).map().entries().stream()
            .map(entry -> Table.of(entry.value()).get(LocationSection.STATIC))
            .filter(path -> !path.isEmpty());
    Stream<String> statics =
        Stream.concat(
                site.table(SiteSection.STATIC).map().entries().stream()
                    .flatMap(entry -> StaticDecoder.path(entry.value()).stream()),
                ofLocations)
            .map(path -> paths.of("", path).path())
            .map(path -> path.endsWith("/") ? path : path + "/");
    String root = site.get(SiteSection.ROOT);
    return root.isEmpty()
        ? statics
        : Stream.concat(statics, Stream.of(root.endsWith("/") ? root : root + "/"));
  }

  /** Returns this part's own value of a key, or the key's default. */
  <T> T get(Key<T> key) {
    return keys.get(key);
  }
}
