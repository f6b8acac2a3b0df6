// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import dev.reconcile.model.VisitorCheck;
import java.util.List;
import java.util.stream.Stream;

/**
 * A path of another app's site whose requests go to an app.
 *
 * <p>Invariant: the mount has a file of its own, which belongs to the app. The site includes the
 * file if it exists, so that a fault of the app leaves the site as it was.
 *
 * @param on the app whose site it is
 * @param site that site
 * @param paths the code and data of the app whose site it is
 * @param location the part of the site
 * @param statics the files of the app that nginx serves itself, by their path below the location
 */
public record Mount(
    String on, App.Site site, StaticPaths paths, Location location, List<Static> statics) {
  public Mount {
    statics = List.copyOf(statics);
  }

  private static final String ROOT = "/";

  /** Returns nginx's file of the mounts of an app on a site. */
  public static String file(String on, String app) {
    return new Layout(on).mounts() + "/" + app + ".conf";
  }

  // nginx replaces the location's path by this one, so both end with a slash or neither does.
  private String to() {
    String to = location.answer() instanceof Location.OfApp other ? other.to() : "";
    if (to.isEmpty()) {
      return location.isFolder() ? ROOT : location.word();
    }
    return location.isFolder() && !to.endsWith(ROOT) ? to + ROOT : to;
  }

  /** Returns whether the app gets the path as the visitor sent it. */
  private boolean keepsPath() {
    return to().equals(location.word());
  }

  /** Returns the part of the path that the app does not get, without a slash at its end. */
  String prefix() {
    boolean isCut = to().equals(ROOT) && location.isFolder() && !keepsPath();
    return isCut ? location.word().substring(0, location.word().length() - 1) : "";
  }

  /**
   * Returns what follows the address of the app in nginx's proxy_pass; empty if nginx passes the
   * path on as it is.
   *
   * @param knowsPrefix whether the app removes the prefix itself, by SCRIPT_NAME
   */
  String uri(boolean knowsPrefix) {
    return keepsPath() || (knowsPrefix && !prefix().isEmpty()) ? "" : to();
  }

  /**
   * Returns the check of an app from a visitor's side.
   *
   * @param app the app that answers
   * @param address where it listens
   */
  VisitorCheck visit(App app, String address) {
    Step.Probe probe =
        app.probe(app.service(), address).visited(visited(app.health().path()), site.visitedName());
    return VisitorCheck.mounted(app.name(), on, probe);
  }

  /** Returns the files of the app that nginx serves itself, by their paths of the site. */
  Stream<Static> files() {
    String prefix = prefix();
    return statics.stream().map(one -> one.at(one.below(prefix)));
  }

  /** Returns the locations of nginx that the mount takes on the site. */
  public List<String> claims() {
    return Stream.concat(
            Stream.of(Location.claimed(location.path())), files().map(Static::location))
        .toList();
  }

  /** Returns whether all files of the app lie below the path of the mount. */
  public boolean holdsFiles() {
    String below = location.word();
    return files().allMatch(one -> one.location().replaceAll("^= |\"", "").startsWith(below));
  }

  /** Returns the names by which visitors reach the app. */
  public List<String> names() {
    return site.serverNames().stream().map(name -> name + location.word()).toList();
  }

  /** Returns the path by which a visitor reaches a path of the app. */
  String visited(String path) {
    if (location.path().startsWith("= ")) {
      return location.word();
    }
    return prefix().isEmpty() ? keepsPath() ? path : location.word() : prefix() + path;
  }
}
