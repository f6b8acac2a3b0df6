// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.FollowedPath;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that nginx's workers open for a request of a site, and that is missing or that they cannot
 * read. {@code nginx -t} does not open it, so it accepts the configuration.
 *
 * @param namedIn the file of nginx's configuration that names it
 * @param detail the file, the app, the place of the directive, the reason and the consequence
 * @param command the command that gives nginx access; empty if the file is missing or planned
 */
public record UnreadableFile(String namedIn, String detail, Optional<String> command) {
  /** The summary of the diagnostic. */
  public static final String SUMMARY = "File not readable by nginx";

  private static final int GROUP_READS = 0040;

  /** What a plan makes of the files of a host. */
  public interface Planned {
    /** The files stay as they are. */
    Planned NOTHING =
        new Planned() {
          @Override
          public Optional<FileAttributes> made(String path) {
            return Optional.empty();
          }

          @Override
          public boolean removes(String path) {
            return false;
          }

          @Override
          public boolean isOpen(String path) {
            return false;
          }
        };

    /** Returns the attributes of the file or directory that the plan makes or changes at a path. */
    Optional<FileAttributes> made(String path);

    /** Reports whether the plan leaves nothing at a path at which there was something. */
    boolean removes(String path);

    /** Reports whether the plan makes something at or above a path that only the apply can show. */
    boolean isOpen(String path);
  }

  /** Returns the finding as a warning, without an origin. */
  public Diagnostic warning() {
    Diagnostic warning = Diagnostic.warning(SUMMARY, detail);
    return command.map(warning::withCommand).orElse(warning);
  }

  /**
   * Finds the unreadable files of an app.
   *
   * @param planned what a plan makes of the files; they are examined as they are after it
   * @param configuration nginx's configuration after it
   * @param servers the servers of the app's site
   */
  public static List<UnreadableFile> of(
      Facts facts, Planned planned, String app, ResolvedConfig configuration, List<Server> servers)
      throws HostException {
    List<UnreadableFile> found = new ArrayList<>();
    List<RequestFile> uses = RequestFile.of(configuration, servers);
    if (uses.isEmpty()) {
      return found;
    }
    WebUser user = WebUser.of(facts);
    for (RequestFile use : uses) {
      try {
        of(facts, planned, user, app, use).ifPresent(found::add);
      } catch (HostException e) {
        // It cannot be examined, so nothing is known of it.
      }
    }
    return found;
  }

  private static Optional<UnreadableFile> of(
      Facts facts, Planned planned, WebUser user, String app, RequestFile use)
      throws HostException {
    String path = use.path();
    String namedIn = use.directive().file();
    if (planned.isOpen(path)) {
      return Optional.empty();
    }
    Optional<FileAttributes> made = planned.made(path);
    FollowedPath way = facts.follow(path);
    boolean isMissing = made.isEmpty() && (!way.exists() || planned.removes(path));
    if (isMissing) {
      return Optional.of(
          new UnreadableFile(
              namedIn,
              use.text(app) + "The file is missing, so " + use.missing(),
              Optional.empty()));
    }
    if (user.user().equals("root")) {
      return Optional.empty();
    }
    String denied =
        use.text(app) + "nginx runs as " + user.user() + ", which may not %s, so " + use.denied();
    List<String> shut = new ArrayList<>();
    for (String folder : made.isPresent() ? parents(path) : way.passed()) {
      if (!folder.equals(way.place()) && isShut(facts, planned, user, folder, WebUser.PASS)) {
        shut.add(folder);
      }
    }
    if (!shut.isEmpty()) {
      return Optional.of(
          new UnreadableFile(
              namedIn,
              denied.formatted("traverse " + String.join(", ", shut)),
              Optional.of("chmod o+x " + String.join(" ", shut))));
    }
    String place = made.isPresent() ? path : way.place();
    if (!isShut(facts, planned, user, place, WebUser.READ)) {
      return Optional.empty();
    }
    return Optional.of(
        made.isPresent()
            ? new UnreadableFile(
                namedIn, denied.formatted("read it") + inTree(user), Optional.empty())
            : new UnreadableFile(
                namedIn,
                denied.formatted("read it") + " If files: makes it, set its group and mode there.",
                Optional.of(readable(facts, user, place))));
  }

  private static String inTree(WebUser user) {
    return " In files:, add \"group: %s\" and \"mode: '0640'\" to it.".formatted(user.group());
  }

  // Another program may need the file's group.
  private static String readable(Facts facts, WebUser user, String place) throws HostException {
    FileAttributes there = user.attributes(facts, place);
    boolean isOfOthers = (there.mode() & GROUP_READS) != 0 && !there.group().equals("root");
    return isOfOthers
        ? "setfacl -m u:%s:r %s".formatted(user.user(), place)
        : "chgrp %1$s %2$s && chmod g+r %2$s".formatted(user.group(), place);
  }

  private static List<String> parents(String path) {
    List<String> parents = new ArrayList<>();
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      parents.add(path.substring(0, slash));
    }
    return parents;
  }

  private static boolean isShut(Facts facts, Planned planned, WebUser user, String path, int bit)
      throws HostException {
    Optional<FileAttributes> made = planned.made(path);
    return made.isPresent()
        ? user.isDenied(facts, made.get(), bit)
        : user.isShutOut(facts, path, bit);
  }
}
