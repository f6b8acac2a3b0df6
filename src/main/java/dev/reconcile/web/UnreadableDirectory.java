// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.FollowedPath;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A directory or file that a site serves but nginx's workers cannot read; visitors get 403.
 *
 * @param detail the directory, the app, and the permission that nginx lacks
 * @param command the command that gives nginx access
 */
public record UnreadableDirectory(String detail, String command) {
  /** The summary of the diagnostic. */
  public static final String SUMMARY = "Directory not readable by nginx";

  private static final int MOST_FILES = 50;

  /** Returns the finding as a warning. */
  public Diagnostic warning() {
    return Diagnostic.finding(SUMMARY, detail, command);
  }

  /** Finds the unreadable directories of an app's servers. */
  public static List<UnreadableDirectory> of(Facts facts, String app, List<Server> servers)
      throws HostException {
    List<UnreadableDirectory> found = new ArrayList<>();
    WebUser user = WebUser.of(facts);
    for (String directory : directories(servers)) {
      try {
        of(facts, user, app, directory).ifPresent(found::add);
      } catch (HostException e) {
        // It cannot be examined, so nothing is known of it.
      }
    }
    return found;
  }

  private static List<String> directories(List<Server> servers) {
    return servers.stream()
        .flatMap(server -> server.block().all())
        .filter(directive -> directive.is("alias") || directive.is("root"))
        .map(Directive::parameter)
        .filter(path -> path.startsWith("/") && !path.contains("$"))
        .map(path ->
            path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path)
        .distinct()
        .toList();
  }

  private static Optional<UnreadableDirectory> of(
      Facts facts, WebUser user, String app, String directory) throws HostException {
    FollowedPath way = facts.follow(directory);
    Optional<String> real = way.target();
    if (user.user().equals("root") || real.isEmpty()) {
      return Optional.empty();
    }
    List<String> shut = new ArrayList<>();
    for (String folder : way.passed()) {
      // an alias may serve a single file, which nginx reads and does not traverse
      boolean isFolder = facts.stat(folder).filter(stat -> stat.type() == Stat.Type.FILE).isEmpty();
      if (isFolder && user.isShutOut(facts, folder, WebUser.PASS)) {
        shut.add(folder);
      }
    }
    String denied = "nginx runs as " + user.user() + ", which may not ";
    if (!shut.isEmpty()) {
      return Optional.of(
          new UnreadableDirectory(
              "%s serves files from %s. %straverse %s, so visitors get 403."
                  .formatted(app, directory, denied, String.join(", ", shut)),
              "chmod o+x " + String.join(" ", shut)));
    }
    boolean isFile =
        facts.stat(real.get()).filter(stat -> stat.type() == Stat.Type.FILE).isPresent();
    if (isFile) {
      return user.isShutOut(facts, real.get(), WebUser.READ)
          ? Optional.of(
              new UnreadableDirectory(
                  "%s serves %s. %sread it, so visitors get 403.".formatted(app, directory, denied),
                  "chmod o+r " + real.get()))
          : Optional.empty();
    }
    return isUnreadable(facts, user, real.get())
        ? Optional.of(
            new UnreadableDirectory(
                "%s serves files from %s. %sread any file in it, so visitors get 403."
                    .formatted(app, directory, denied),
                "chmod -R o+rX " + real.get()))
        : Optional.empty();
  }

  // a directory may have some files that are not for visitors
  private static boolean isUnreadable(Facts facts, WebUser user, String directory)
      throws HostException {
    int files = 0;
    if (facts.stat(directory).stream().noneMatch(stat -> stat.type() == Stat.Type.DIRECTORY)) {
      return false;
    }
    for (String name : facts.list(directory)) {
      String path = directory + "/" + name;
      boolean isFile = facts.stat(path).filter(stat -> stat.type() == Stat.Type.FILE).isPresent();
      if (isFile && (++files > MOST_FILES || !user.isShutOut(facts, path, WebUser.READ))) {
        return false;
      }
    }
    return files > 0;
  }
}
