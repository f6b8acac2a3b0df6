// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.web.WebUser;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The check that an app can write its data. reconcile changes neither the owner of data that exists
 * nor a folder that it did not make, so it prints the command.
 *
 * @param files the host's files, and those that the run will make
 * @param app the app
 * @param found receives each hindrance, with the app's name
 */
record DataCheck(PlannedFiles files, App app, BiConsumer<String, Diagnostic> found) {
  private static final int OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;

  void check() throws HostException {
    List<DataFolder> ofOthers = new ArrayList<>();
    String owner = "";
    for (DataFolder data : app.data()) {
      Optional<Stat> stat = facts().stat(data.folder());
      boolean isDirectory = stat.stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
      if (isDirectory && AppData.isBelowData(data.folder())) {
        String user = owner(stat.get()).user();
        if (!user.equals(app.user()) && !facts().list(data.folder()).isEmpty()) {
          owner = user;
          ofOthers.add(data);
        }
      } else if (stat.isPresent()) {
        writable(data);
      } else if (AppData.former(app, data).hasData(facts(), !data.file().isEmpty())) {
        former(data);
      } else {
        parent(data);
      }
    }
    if (!ofOthers.isEmpty()) {
      changedUser(ofOthers, owner);
    }
  }

  private Facts facts() {
    return files.facts();
  }

  private boolean isOfRoot(Stat stat) throws HostException {
    return facts().attributes(stat, FileAttributes.root(0)).user().equals("root");
  }

  private FileAttributes owner(Stat stat) throws HostException {
    return facts().attributes(stat, new FileAttributes(app.user(), app.group(), 0));
  }

  private void changedUser(List<DataFolder> folders, String owner) throws HostException {
    hinder(
        folders.getFirst(),
        "Data of another user",
        """
        %s belongs to %s, and %s is to run as %s, which could not use it. reconcile does not \
        change the owner of data. Stop the app, give the data to %s, and apply again.\
        """
            .formatted(folders.getFirst().folder(), owner, app.name(), app.user(), app.user()),
        stopAndGive(folders, owner));
  }

  private String stopAndGive(List<DataFolder> folders, String owner) throws HostException {
    SortedMap<String, Set<String>> paths = new TreeMap<>();
    for (DataFolder data : folders) {
      paths
          .computeIfAbsent(group(data), _ -> new LinkedHashSet<>())
          .add(Diagnostic.word(data.folder()));
    }
    List<String> commands = new ArrayList<>();
    commands.add("systemctl stop " + app.socketUnit() + " " + app.service());
    paths.forEach((group, words) -> commands.add(chown(owner, group, String.join(" ", words))));
    return String.join(" && ", commands);
  }

  private String group(DataFolder data) throws HostException {
    return data.group(app, WebUser.of(facts()));
  }

  // The option --from leaves a file of another user as it is, which the data may have as a hard
  // link.
  private String chown(String owner, String group, String paths) {
    return "chown -Rh --from=%s %s:%s %s".formatted(owner, app.user(), group, paths);
  }

  // A move changes no owner, and root's own folder may hold files of the app.
  private void former(DataFolder data) throws HostException {
    String path = AppData.former(app, data).path();
    String user = owner(facts().stat(path).orElseThrow()).user();
    if (!user.equals(app.user()) && !user.equals("root")) {
      hinder(
          data,
          "Data of another user",
          """
          %s belongs to %s, and %s is to run as %s, which could not use it. reconcile does not \
          change the owner of data. Stop what uses it, give it to %s, and apply again.\
          """
              .formatted(path, user, app.name(), app.user(), app.user()),
          chown(user, group(data), Diagnostic.word(path)));
    }
  }

  private void writable(DataFolder data) throws HostException {
    AccessCheck access = new AccessCheck(files, app);
    String inside = data.folder() + "/.";
    Optional<String> closed = access.barrier(inside);
    if (closed.isPresent() || access.cannotWrite(data.folder() + "/new")) {
      hinder(
          data,
          "Data that the app cannot write",
          """
          %s, the user of %s, cannot write in %s%s. reconcile did not make this folder, so it \
          leaves its owner and mode as they are.\
          """
              .formatted(
                  app.user(),
                  app.name(),
                  data.folder(),
                  closed.map(path -> ", because it cannot enter " + path).orElse("")),
          "chown %s:%s %s".formatted(app.user(), group(data), Diagnostic.word(data.folder())));
    }
  }

  // Another user could put a link in the place of a folder that root makes there.
  private void parent(DataFolder data) throws HostException {
    String above = data.folder();
    Optional<Stat> stat = Optional.empty();
    while (stat.isEmpty() && above.length() > 1) {
      above = above.substring(0, Math.max(1, above.lastIndexOf('/')));
      stat = facts().stat(facts().realPath(above).orElse(above));
    }
    boolean isSafe =
        stat.isEmpty()
            || (isOfRoot(stat.get())
                && ((stat.get().mode() & OTHERS_WRITE) == 0 || (stat.get().mode() & STICKY) != 0));
    if (!isSafe && !data.folder().startsWith(Layout.DATA + "/")) {
      hinder(
          data,
          "Data folder not made",
          """
          %s does not exist, and %s belongs to another user than root or is open to others, so \
          reconcile makes no folder there.\
          """
              .formatted(data.folder(), above),
          "install -d -o %s -g %s -m %o %s"
              .formatted(app.user(), group(data), data.mode(), Diagnostic.word(data.folder())));
    }
  }

  private void hinder(DataFolder data, String summary, String detail, String command) {
    found.accept(
        app.name(),
        Diagnostic.error(data.origin(), summary, detail + " " + app.name() + " stays as it is.")
            .withCommand(command));
  }
}
