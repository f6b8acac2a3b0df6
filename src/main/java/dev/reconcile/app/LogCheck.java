// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The check whether the apps can write their logs; gunicorn does not start otherwise. reconcile
 * makes the app's own log directory, with the logs in it. Any other must exist and be writable, and
 * gunicorn makes a log that only its own user can write (the unit has {@code UMask=0027}).
 */
final class LogCheck {
  private final PlannedFiles files;
  private final Facts facts;
  private final BiConsumer<String, Diagnostic> found;
  private final Map<String, List<Log>> logs = new HashMap<>();

  /**
   * A log of an app.
   *
   * @param path the path as declared
   * @param origin where the path is declared
   */
  private record Log(App app, String path, Origin origin) {
    String folder() {
      return path.substring(0, path.lastIndexOf('/'));
    }

    boolean isAtHome() {
      return folder().equals(app.layout().logs());
    }

    /** Returns the app with its user and the place of the log in words. */
    String words() {
      return "%s (%s), which runs as %s".formatted(app.name(), origin.words(), app.user());
    }
  }

  /**
   * @param files the host's files, and those that the run will make
   * @param apps all apps of the host
   * @param found receives the faults
   */
  LogCheck(PlannedFiles files, List<App> apps, BiConsumer<String, Diagnostic> found) {
    this.files = files;
    this.facts = files.facts();
    this.found = found;
    for (App app : apps) {
      for (Log log : logs(app)) {
        logs.computeIfAbsent(place(log.path()), _ -> new ArrayList<>()).add(log);
      }
    }
  }

  private static List<Log> logs(App app) {
    List<Log> logs = new ArrayList<>();
    app.gunicorn()
        .ifPresent(server -> {
          add(logs, app, server, server.errorLog(), GunicornSection.ERROR_LOG.name());
          add(logs, app, server, server.accessLog(), GunicornSection.ACCESS_LOG.name());
        });
    return logs;
  }

  private static void add(List<Log> logs, App app, Gunicorn server, String path, String key) {
    if (!path.isEmpty()) {
      logs.add(new Log(app, path, server.given().getOrDefault(key, app.origin())));
    }
  }

  // A path that cannot be followed is its own place.
  private String place(String path) {
    try {
      return AccessCheck.placeOf(facts, path);
    } catch (HostException e) {
      return path;
    }
  }

  /** Checks the logs of an app. */
  void check(App app) throws HostException {
    for (Log log : logs(app)) {
      check(log);
    }
  }

  private void check(Log log) throws HostException {
    App app = log.app();
    String folder = log.folder();
    boolean isUsual = log.isAtHome() && ofOtherUsers(log).isEmpty();
    if (isUsual || isMade(log) || isOfTwoUsers(log) || log.isAtHome() || isInLogsOfAnother(log)) {
      return;
    }
    boolean isDirectory = stat(folder).stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
    if (!isDirectory && !files.makesIn(folder)) {
      fault(
          log,
          "Missing log directory",
          """
          %s does not exist or is no directory, so gunicorn could not open %s. \
          Create it, or remove the key for the default path.\
          """
              .formatted(folder, log.path()),
          "install -d -o %s -g %s -m 0750 %s".formatted(app.user(), app.group(), folder));
      return;
    }
    access(log);
  }

  // systemd gives such a directory with its content to the app's user at each start
  private boolean isMade(Log log) throws HostException {
    return UnitDropIns.directories(log.app().service(), files).stream()
        .anyMatch(made -> (log.folder() + "/").startsWith(made + "/"));
  }

  private List<Log> ofOtherUsers(Log log) throws HostException {
    List<Log> others = new ArrayList<>();
    for (Log one : logs.getOrDefault(place(log.path()), List.of())) {
      if (!isSameUser(one.app(), log.app())) {
        others.add(one);
      }
    }
    return others;
  }

  private void access(Log log) throws HostException {
    App app = log.app();
    Optional<Stat> stat = stat(log.path());
    AccessCheck access = new AccessCheck(files, app);
    Optional<String> closed = access.barrier(log.folder());
    if (stat.isPresent() && stat.get().type() == Stat.Type.DIRECTORY) {
      fault(
          log,
          "Log not writable",
          "%s is a directory, so gunicorn would not start. Name a file in it."
              .formatted(log.path()),
          "");
    } else if (closed.isPresent()) {
      fault(
          log,
          "Log not writable",
          """
          %s, the user of %s, cannot enter %s, so gunicorn could not open %s and \
          would not start. Name another path, or let others pass.\
          """
              .formatted(app.user(), app.name(), closed.get(), log.path()),
          "chmod o+x " + closed.get());
    } else if (access.cannotWrite(log.path())) {
      fault(
          log,
          "Log not writable",
          """
          %s, the user of %s, cannot write %s, so gunicorn would not start. Give \
          it to that user, or remove the key for the default path.\
          """
              .formatted(app.user(), app.name(), log.path()),
          "chown %s %s".formatted(app.user(), stat.isEmpty() ? log.folder() : log.path()));
    }
  }

  /** Reports a log that another user's app writes, too, if this app cannot write it. */
  private boolean isOfTwoUsers(Log log) throws HostException {
    List<Log> all = logs.getOrDefault(place(log.path()), List.of());
    List<Log> others = ofOtherUsers(log);
    if (others.isEmpty()) {
      return false;
    }
    // the first app that starts creates a log that is missing
    Log maker = all.stream().filter(Log::isAtHome).findFirst().orElse(all.getFirst());
    boolean fails =
        stat(log.path()).isEmpty()
            ? !isSameUser(maker.app(), log.app())
            : !log.isAtHome() && isClosed(log);
    if (fails) {
      fault(
          log,
          "Log of two users",
          """
          %s is also the log of %s. gunicorn makes a log that only its own user can \
          write, and %s, the user of %s, could not write this one, so %s would not \
          start. Give each app a log of its own, or run both as one user.\
          """
              .formatted(
                  log.path(),
                  others.contains(maker) ? maker.words() : others.getFirst().words(),
                  log.app().user(),
                  log.app().name(),
                  log.app().name()),
          "");
    }
    return fails;
  }

  /** Reports whether reconcile makes the folder of the log, for another app; a fault if in vain. */
  private boolean isInLogsOfAnother(Log log) throws HostException {
    Optional<Log> owner =
        logs.values().stream()
            .flatMap(List::stream)
            .filter(one -> one.isAtHome() && one.folder().equals(log.folder()))
            .findFirst();
    if (owner.isEmpty() || isSameUser(owner.get().app(), log.app())) {
      return owner.isPresent();
    }
    if (stat(log.folder()).isEmpty() || isClosed(log)) {
      fault(
          log,
          "Log directory of another app",
          """
          %s is the log directory of %s, and %s, the user of %s, could not write %s \
          in it. Remove the key for the default path, or set another.\
          """
              .formatted(
                  log.folder(),
                  owner.get().words(),
                  log.app().user(),
                  log.app().name(),
                  log.path()),
          "");
    }
    return true;
  }

  private boolean isSameUser(App one, App other) throws HostException {
    return AccountCheck.userName(facts, one.user())
        .equals(AccountCheck.userName(facts, other.user()));
  }

  private boolean isClosed(Log log) throws HostException {
    AccessCheck access = new AccessCheck(files, log.app());
    return access.barrier(log.folder()).isPresent() || access.cannotWrite(log.path());
  }

  private Optional<Stat> stat(String path) throws HostException {
    return facts.stat(facts.follow(path).place());
  }

  private void fault(Log log, String summary, String detail, String command) {
    Diagnostic fault = Diagnostic.error(log.origin(), summary, detail);
    found.accept(log.app().name(), command.isEmpty() ? fault : fault.withCommand(command));
  }
}
