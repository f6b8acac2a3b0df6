// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.App;
import dev.reconcile.app.Location;
import dev.reconcile.app.Mount;
import dev.reconcile.app.MountSection;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The reader of mounts: the paths of sites that other apps answer. Either app can declare one,
 * {@code site.mount} of the app or {@code site.locations} of the site.
 */
final class MountReader {
  private final DesiredStateBuilder builder;
  private final Set<String> declared;
  private final Map<String, App> apps = new LinkedHashMap<>();
  private final Map<String, List<Mount>> mounts = new LinkedHashMap<>();
  private final Map<String, Origin> paths = new LinkedHashMap<>();

  /**
   * @param builder receives mistakes
   * @param declared the names of all apps of the tree
   * @param apps the apps of the host
   */
  MountReader(DesiredStateBuilder builder, Set<String> declared, List<App> apps) {
    this.builder = builder;
    this.declared = declared;
    apps.forEach(app -> this.apps.put(app.name(), app));
  }

  /** Returns the apps of the host with their mounts. */
  List<App> read() {
    if (apps.values().stream().allMatch(MountReader::isAlone)) {
      return List.copyOf(apps.values());
    }
    for (App app : apps.values()) {
      app.site()
          .ifPresent(site ->
              site.ownLocations()
                  .forEach((path, place) -> paths.put(app.name() + " " + path, place)));
    }
    for (App app : apps.values()) {
      app.mount().ifPresent(wish -> add(app.name(), wish, wish.location().origin()));
      app.site()
          .ifPresent(site -> site.locations().forEach(location -> byAnother(app.name(), location)));
    }
    List<App> all = new ArrayList<>();
    apps.forEach(
        (name, app) -> all.add(app.mounted(mounts.getOrDefault(name, List.of()), hasMounts(name))));
    return all;
  }

  private static boolean isAlone(App app) {
    return app.mount().isEmpty()
        && app.site().stream()
            .flatMap(site -> site.locations().stream())
            .noneMatch(location -> location.answer() instanceof Location.OfApp);
  }

  private boolean hasMounts(String site) {
    return mounts.values().stream()
        .flatMap(List::stream)
        .anyMatch(mount -> mount.on().equals(site));
  }

  private void byAnother(String site, Location location) {
    if (location.answer() instanceof Location.OfApp other) {
      add(other.app(), new MountSection.Wish(site, location, List.of()), location.origin());
    }
  }

  private void add(String name, MountSection.Wish wish, Origin origin) {
    Optional<App> app = onHost(name, origin);
    Optional<App> on = onHost(wish.on(), origin);
    if (app.isEmpty() || on.isEmpty()) {
      return;
    }
    if (name.equals(wish.on())) {
      mistake(
          origin,
          "\"%s\" is the app itself. Without \"app\", a location is a part of the app's own site."
              .formatted(name));
    } else if (!app.get().hasWebProcess()) {
      mistake(origin, "%s has no web process, so nothing would answer.".formatted(name));
    } else if (on.get().site().isEmpty()) {
      mistake(
          origin,
          "%s has no site of its own (site: false, or a mount). Name an app that has one."
              .formatted(wish.on()));
    } else if (app.get().balance().isPresent() || on.get().balance().isPresent()) {
      mistake(
          origin,
          """
          %s is on several hosts (balance), and a mount connects two apps of one host. Give %s \
          a site of its own.\
          """
              .formatted(on.get().balance().isPresent() ? wish.on() : name, name));
    } else {
      add(name, on.get().mount(wish));
    }
  }

  private void add(String name, Mount mount) {
    Location location = mount.location();
    if (!mount.holdsFiles()) {
      builder.error(
          location.origin(),
          "Files outside of a mount",
          """
          The site is that of %s, and a path of static of %s lies outside of %s. Begin it with \
          that path, or leave out "to", so that the paths of static are below it.\
          """
              .formatted(mount.on(), name, location.word()));
    } else if (mount.claims().stream().allMatch(path -> claim(mount.on(), path, location))) {
      mounts.computeIfAbsent(name, _ -> new ArrayList<>()).add(mount);
    }
  }

  private Optional<App> onHost(String name, Origin origin) {
    Optional<App> app = Optional.ofNullable(apps.get(name));
    if (app.isEmpty()) {
      mistake(
          origin,
          declared.contains(name)
              ? "%s does not run on this host.".formatted(name)
              : "There is no apps/%s.yaml.%s".formatted(name, Suggestion.sentence(name, declared)));
    }
    return app;
  }

  private void mistake(Origin origin, String detail) {
    builder.error(origin, "Mount without effect", detail);
  }

  private boolean claim(String site, String path, Location location) {
    Origin first = paths.putIfAbsent(site + " " + path, location.origin());
    if (first != null) {
      builder.error(
          location.origin(),
          "Path of two apps",
          "%s of the site of %s has an answer already (%s). One path has one answer."
              .formatted(path, site, first.words()));
    }
    return first == null;
  }
}
