// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.List;
import java.util.stream.Stream;

/**
 * The parts of a site that differ from the rest.
 *
 * @param statics the files that nginx serves itself, by prefix
 * @param locations the parts of {@code locations}, in the order written
 * @param hasMounts whether other apps have paths of the site
 */
public record SiteParts(List<Static> statics, List<Location> locations, boolean hasMounts) {
  public SiteParts {
    statics = List.copyOf(statics);
    locations = List.copyOf(locations);
  }

  /** Returns the parts on a host that has no file of the app. */
  SiteParts withoutStatics() {
    return new SiteParts(List.of(), locations, hasMounts);
  }

  /** Returns the parts with paths of other apps. */
  SiteParts withMounts() {
    return new SiteParts(statics, locations, true);
  }

  /** Returns all files that nginx serves itself. */
  List<Static> files() {
    return Stream.concat(
            statics.stream(),
            locations.stream()
                .filter(location -> location.answer() instanceof Location.OfFiles)
                .map(location -> ((Location.OfFiles) location.answer()).files()))
        .toList();
  }
}
