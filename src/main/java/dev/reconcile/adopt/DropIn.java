// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import dev.reconcile.systemd.CommandWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A drop-in of an app's unit, as a file of the tree. It has the settings of the hand-made unit that
 * no key can express, and the access that the app needs but the unit of all apps denies.
 */
final class DropIn {
  private static final String UNITS = Layout.UNIT_FILES + "/";
  private static final String NAME = "adopted.conf";

  /** Settings whose paths need no access: the tree does not use them, or a key grants it. */
  private static final Set<String> NOT_NAMED = Set.of("pidfile", "chdir", "config", "bind");

  private final HostInventory seen;
  private final FoundApp app;
  private final FoundProcess process;
  private final Sourcing sourcing;
  private final SiteMatching ownership;
  private final Adoption.Draft draft;
  private final String folder;

  DropIn(AppContext context, FoundProcess process) {
    this.seen = context.seen();
    this.app = context.app();
    this.process = process;
    this.sourcing = context.sourcing();
    this.ownership = context.ownership();
    this.draft = context.draft();
    this.folder = process.unitIn(new Layout(app.name())) + ".d/";
  }

  /** Adds the drop-in to the tree, unless it would be empty. */
  void write() {
    if (process.isManaged()) {
      kept();
      return;
    }
    UnitSettings settings = new UnitSettings(app, process, sourcing, draft.findings);
    places(settings);
    settings.read();
    settings.dropIn().ifPresent(text -> put(NAME, text));
  }

  // The drop-ins that an earlier adoption wrote are part of the tree again.
  private void kept() {
    List<ParsedUnitFile> files = process.unit().files();
    for (ParsedUnitFile file : files.subList(Math.min(1, files.size()), files.size())) {
      boolean foreign = !file.text().contains("Made by reconcile");
      if (foreign && file.path().startsWith(UNITS + folder)) {
        put(file.path().substring((UNITS + folder).length()), file.text());
      }
    }
  }

  private void put(String name, String text) {
    String file = "files/" + folder + name;
    draft.files.put(file, text);
    draft.hostFiles.put(UNITS + folder + name, file);
  }

  // The unit of all apps hides homes and /tmp, makes /usr and /etc read-only, and makes files that
  // the app writes unreadable for others.
  private void places(UnitSettings settings) {
    List<String> named = named();
    boolean codeAtHome = !sourcing.copied() && isAtHome(app.directory());
    if (!codeAtHome) {
      named.stream()
          .filter(DropIn::isAtHome)
          .findFirst()
          .ifPresent(path -> settings.add("ProtectHome=no", "its settings name " + path));
    }
    named.stream()
        .filter(path -> path.matches("/(var/)?tmp/.+"))
        .findFirst()
        .ifPresent(path -> settings.add("PrivateTmp=no", "its settings name " + path));
    for (String path : writable()) {
      settings.add("ReadWritePaths=" + path, "it writes there");
    }
    named.forEach(path -> runtime(path, settings));
    Optional<String> served = servedFolders().stream().filter(this::isWritable).findFirst();
    if (served.isPresent() && process.unit().last("UMask").isEmpty()) {
      settings.add("UMask=0022", "nginx serves what it may write in " + served.get());
    }
  }

  // A folder that the old unit creates and the app still names. The old unit may keep using it.
  private void runtime(String path, UnitSettings settings) {
    process.unit().all("RuntimeDirectory").stream()
        .flatMap(setting -> CommandWords.ofSystemd(process.unit().expand(setting.value())).stream())
        .filter(directory -> path.startsWith("/run/" + directory + "/"))
        .forEach(directory -> {
          settings.add("RuntimeDirectory=" + directory, "its settings name " + path);
          settings.add("RuntimeDirectoryPreserve=yes", "another unit has it, too");
        });
  }

  private static boolean isAtHome(String path) {
    return path.startsWith("/home/") || path.startsWith("/root/");
  }

  private boolean isWritable(String path) {
    return seen.access().canWrite(sourcing.user(), sourcing.group(), path);
  }

  // The paths in its settings and variables, without those in its own virtualenv.
  private List<String> named() {
    List<String> paths = new ArrayList<>();
    Stream.concat(
            process.settings().stream().flatMap(DropIn::values),
            process.variables().stream().map(FoundApp.Variable::value))
        .map(sourcing::moved)
        .flatMap(value -> Stream.of(value.split("[\\s:,;=?'\"]+", -1)))
        .map(word -> word.replaceFirst("^/{2,}", "/"))
        .filter(word -> word.startsWith("/") && !isVirtualenv(word))
        .forEach(paths::add);
    return paths;
  }

  private static Stream<String> values(Map<String, String> settings) {
    return settings.entrySet().stream()
        .filter(setting -> !NOT_NAMED.contains(setting.getKey()))
        .map(Map.Entry::getValue);
  }

  private boolean isVirtualenv(String path) {
    return app.web().venvs().stream().anyMatch(venv -> (path + "/").startsWith(venv + "/"));
  }

  // Folders of logs and data that the unit of all apps makes read-only.
  private Set<String> writable() {
    Set<String> paths = new TreeSet<>();
    boolean data = !sourcing.copied() && !seen.codeOf(app).data().isEmpty();
    if (data) {
      paths.add(app.directory());
    }
    process.logs().stream()
        .filter(path -> path.startsWith("/") && isWritable(path))
        .forEach(path -> paths.add(path.substring(0, path.lastIndexOf('/'))));
    paths.removeIf(path -> !path.matches("/(usr|etc|boot|efi)/.+"));
    return paths;
  }

  private Set<String> servedFolders() {
    Set<String> folders = new TreeSet<>();
    for (ProxiedServer server : ownership.of(app)) {
      server
          .directive()
          .all()
          .filter(d -> d.is("alias") || d.is("root"))
          .filter(d -> d.parameter().startsWith("/") && d.parameter().length() > 1)
          .forEach(d -> folders.add(d.parameter()));
    }
    return folders;
  }
}
