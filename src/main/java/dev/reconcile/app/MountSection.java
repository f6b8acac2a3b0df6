// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The key {@code site.mount}: an app under a path of another app's site. */
public final class MountSection {
  static final Key<String> ON = Key.text("on", TextFormat.APP_NAME, "", "the app whose site it is");
  static final Key<String> PATH =
      Key.text("path", TextFormat.MOUNT_PATH, "", "the path on that site").example("/api/");

  static final Schema.Fields SCHEMA = Key.fields("mount", ON, PATH, LocationSection.TO);

  private final Declarations mistakes;
  private final Optional<Set<String>> logFormats;

  /**
   * @param mistakes receives mistakes
   * @param logFormats the names of {@code nginx.log_formats}; empty if they are unknown
   */
  MountSection(Declarations mistakes, Optional<Set<String>> logFormats) {
    this.mistakes = mistakes;
    this.logFormats = logFormats.map(Set::copyOf);
  }

  /**
   * A mount as an app declares it.
   *
   * @param on the app whose site it is
   * @param location the part of that site
   * @param statics the files of the app that nginx serves itself, below that part
   */
  public record Wish(String on, Location location, List<Static> statics) {
    public Wish {
      statics = List.copyOf(statics);
    }

    /** Returns the raw lines for the http block. */
    public String http() {
      return location.keys().get(SiteSection.HTTP);
    }
  }

  /**
   * Returns the mount of an app; empty if the desired state has none, or a mistake in it.
   *
   * @param name the app's name
   * @param site the value of {@code site}
   * @param paths the app's code and data
   */
  Optional<Wish> decode(String name, Table site, StaticPaths paths) {
    if (!site.has(SiteSection.MOUNT) || site.isRefused(SiteSection.MOUNT)) {
      return Optional.empty();
    }
    Table mount = site.table(SiteSection.MOUNT);
    for (Key<?> key : SiteSection.keysOfServer()) {
      if (site.has(key) && isBeside(site, key)) {
        mistakes.error(
            site.origin(key),
            "Key of a whole site",
            """
            %s belongs to a site. %s has none of its own, because mount puts it under a path \
            of the site of %s. Remove one of the two.\
            """
                .formatted(key.name(), name, mount.get(ON)));
      }
    }
    if (!mount.has(ON) || !mount.has(PATH)) {
      if (mount.isSound()) {
        mistakes.error(
            site.origin(SiteSection.MOUNT),
            "Incomplete mount",
            "mount needs both \"on\", the app whose site it is, and \"path\".");
      }
      return Optional.empty();
    }
    if (mount.isRefused(ON) || mount.isRefused(PATH)) {
      return Optional.empty();
    }
    if (site.has(SiteSection.HTTP)) {
      SiteHttp.check(site.get(SiteSection.HTTP), site.origin(SiteSection.HTTP), mistakes);
    }
    Location.Answer answer = new Location.OfApp(name, mount.get(LocationSection.TO));
    String path = Location.folder(mount.get(PATH));
    Location location =
        new Location(
            path,
            answer,
            new AccessLogSection(mistakes, logFormats).decode(site),
            site,
            mount.origin(PATH));
    PartKeys.check(
        Part.site(name, site, paths).location(location.word(), site),
        RawLines.of(site, SiteSection.EXTRA),
        mistakes);
    return Optional.of(
        new Wish(mount.get(ON), location, new StaticDecoder(mistakes).decode(site, paths, false)));
  }

  // What the defaults set for all sites does not concern an app that has none.
  private static boolean isBeside(Table site, Key<?> key) {
    return site.origin(key).file().equals(site.origin(SiteSection.MOUNT).file());
  }
}
