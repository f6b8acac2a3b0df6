// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.kind.UnitMask;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The check for conditions that keep one app from running on this host: a masked unit; an
 * interpreter, code or a log that is missing or that the app's user cannot access. Such an app
 * stays as it is, and the run continues with the others. reconcile finds them before it touches
 * anything, not systemd when it starts the app.
 */
public final class Hindrances {
  private final Facts facts;
  private final Set<String> packages;
  private final PlannedFiles files;
  private final BiConsumer<String, Diagnostic> found;

  /**
   * @param packages packages that the desired state names
   * @param files the host's files, and those that the desired state makes
   * @param found receives each hindrance, with the app's name
   */
  public Hindrances(
      Set<String> packages, PlannedFiles files, BiConsumer<String, Diagnostic> found) {
    this.found = found;
    this.facts = files.facts();
    this.packages = Set.copyOf(packages);
    this.files = files;
  }

  /**
   * Finds the hindrances of {@code apps}.
   *
   * @param fronts the apps of which the host has only the site
   */
  public void check(List<App> apps, List<App> fronts) {
    if (facts.live()) {
      fronts.forEach(this::checkFront);
      LogCheck logs = new LogCheck(files, apps, found);
      for (App app : apps) {
        try {
          check(app, logs);
        } catch (HostException e) {
          hinder(app, app.origin(), e.summary(), e.message());
        }
      }
    }
  }

  private void checkFront(App app) {
    try {
      CertificateCheck.of(app, files).ifPresent(fault -> found.accept(app.name(), fault));
    } catch (HostException e) {
      hinder(app, app.origin(), e.summary(), e.message());
    }
  }

  private void check(App app, LogCheck logs) throws HostException {
    masks(app);
    code(app);
    if (!app.venv().isOff()) {
      python(app);
    }
    CertificateCheck.of(app, files).ifPresent(fault -> found.accept(app.name(), fault));
    logs.check(app);
    if (!app.data().isEmpty()) {
      new DataCheck(files, app, found).check();
    }
  }

  private void hinder(App app, Origin origin, String summary, String detail) {
    found.accept(app.name(), Diagnostic.error(origin, summary, detail));
  }

  private void hinder(App app, Origin origin, String summary, String detail, String command) {
    Diagnostic fault = Diagnostic.error(origin, summary, detail);
    found.accept(app.name(), command.isEmpty() ? fault : fault.withCommand(command));
  }

  private static List<String> units(App app) {
    List<String> units = new ArrayList<>();
    app.processes().forEach(process -> units.addAll(process.units()));
    for (Schedule schedule : app.background().schedules()) {
      units.add(app.layout().timer(schedule.name()));
      units.add(app.layout().schedule(schedule.name()));
    }
    return units;
  }

  private void masks(App app) throws HostException {
    for (String unit : units(app)) {
      for (UnitMask mask : UnitMask.of(facts, unit)) {
        hinder(
            app,
            app.origin(),
            "Masked unit",
            "%s is masked, so systemd does not start it, and %s stays as it is."
                .formatted(unit, app.name()),
            mask.remedy());
      }
    }
  }

  private void code(App app) throws HostException {
    if (!(app.source() instanceof App.Source.Existing existing)) {
      return;
    }
    if (!isDirectory(app.directory()) && !isToCome(app.directory())) {
      hinder(
          app,
          existing.origin(),
          "Source not found",
          """
          %s is no directory on this host. It is not managed (source: {path: …}), \
          so %s stays as it is until you put the code there.\
          """
              .formatted(existing.path(), app.name()));
    }
    Optional<String> closed = barrier(app, existing.path());
    if (closed.isPresent()) {
      boolean isHomeOfRoot = closed.get().equals("/root");
      hinder(
          app,
          existing.origin(),
          "Code that the app cannot reach",
          """
          %s, the user of %s, cannot enter %s, so it could not start in %s. %s\
          """
              .formatted(
                  app.user(),
                  app.name(),
                  closed.get(),
                  existing.path(),
                  isHomeOfRoot
                      ? "Move the code out of root's home, for example to /srv."
                      : "Name the user to whom the code belongs (user: …), or let others pass."),
          isHomeOfRoot ? "" : "chmod o+x " + closed.get());
    }
  }

  private void python(App app) throws HostException {
    String python = app.venv().python();
    Optional<String> program;
    try {
      program = facts.program(python);
    } catch (HostException e) {
      hinder(app, app.venv().origin(), "Unusable Python interpreter", e.getMessage() + ".");
      return;
    }
    if (program.isEmpty() && !files.makes(python) && !bringsPython()) {
      hinder(
          app,
          app.venv().origin(),
          "Python interpreter not found",
          """
          %s is not on this host, so %s stays as it is. Install it, add it to the \
          desired state (packages: [python3-venv]), or name another in \
          venv.python.\
          """
              .formatted(python, app.name()));
    }
    // Everybody can run what the distribution installs.
    boolean usual = program.orElse("/usr/bin/").startsWith("/usr/bin/");
    Optional<String> closed =
        usual && !python.startsWith("/")
            ? Optional.empty()
            : barrier(app, python.startsWith("/") ? python : program.orElse("/"));
    if (closed.isPresent()) {
      hinder(
          app,
          app.venv().origin(),
          "Python interpreter that the app cannot run",
          """
          %s lies below %s, which %s, the user of %s, cannot enter. Install it \
          where all users can run it (below /opt or /usr/local), or let others pass.\
          """
              .formatted(python, closed.get(), app.user(), app.name()),
          "chmod o+x " + closed.get());
    }
  }

  // A package that is not installed yet may bring the directory, and a resource of the desired
  // state below it creates it.
  private boolean isToCome(String directory) throws HostException {
    for (String name : packages) {
      if (facts.packageVersion(name).isEmpty()) {
        return true;
      }
    }
    return files.makesIn(directory);
  }

  // A package that is installed brings nothing more.
  private boolean bringsPython() throws HostException {
    for (String name : packages) {
      if (name.startsWith("python3") && facts.packageVersion(name).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private boolean isDirectory(String path) throws HostException {
    Optional<String> place = facts.follow(path).target();
    return place.isPresent()
        && facts.stat(place.get()).stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
  }

  private Optional<String> barrier(App app, String path) throws HostException {
    return new AccessCheck(files, app).barrier(path);
  }
}
