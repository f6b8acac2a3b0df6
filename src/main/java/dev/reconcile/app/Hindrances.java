package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What keeps one app from running on this host: a unit that somebody has masked, an interpreter,
 * code or a log that is not there or out of its user's reach. Such an app stays as it is, and the
 * others are not kept waiting. It is found before anything is touched, and not by systemd when the
 * app is started.
 */
public final class Hindrances {
  private final Facts facts;
  private final Set<String> packages;
  private final Set<String> made;
  private final SortedMap<String, Diagnostic> found = new TreeMap<>();

  /**
   * @param facts the host
   * @param packages packages that the desired state names
   * @param made paths of files, links and directories that it names
   */
  public Hindrances(Facts facts, Set<String> packages, Set<String> made) {
    this.facts = facts;
    this.packages = Set.copyOf(packages);
    this.made = Set.copyOf(made);
  }

  /** The first hindrance of each of {@code apps} that has one, by the app's name. */
  public SortedMap<String, Diagnostic> of(List<App> apps) throws HostException {
    if (facts.live()) {
      for (App app : apps) {
        masks(app);
        code(app);
        python(app);
        CertificateCheck.of(app, facts).ifPresent(one -> found.putIfAbsent(app.name(), one));
        log(app, app.gunicorn().errorLog());
        log(app, app.gunicorn().accessLog());
      }
    }
    return found;
  }

  private void hinder(App app, Origin origin, String summary, String detail) {
    found.putIfAbsent(app.name(), Diagnostic.error(origin, summary, detail));
  }

  private void hinder(App app, Origin origin, String summary, String detail, String command) {
    found.putIfAbsent(app.name(), Diagnostic.error(origin, summary, detail).withCommand(command));
  }

  private static List<String> units(App app) {
    return app.processes().stream().flatMap(process -> process.units().stream()).toList();
  }

  // systemctl(1), mask: systemd starts no such unit, whoever asks
  private void masks(App app) throws HostException {
    for (String unit : units(app)) {
      for (String folder : List.of(Layout.UNIT_FILES + "/", "/run/systemd/system/")) {
        Optional<Stat> stat = facts.stat(folder + unit);
        if (stat.isPresent()
            && stat.get().type() == Stat.Type.LINK
            && facts.readLink(folder + unit).equals("/dev/null")) {
          boolean lasting = folder.startsWith("/etc/");
          hinder(
              app,
              app.origin(),
              "A unit is masked",
              "Somebody has masked "
                  + unit
                  + ", so systemd does not start it, and "
                  + app.name()
                  + " stays as it is.",
              "systemctl unmask " + (lasting ? "" : "--runtime ") + unit);
        }
      }
    }
  }

  private void code(App app) throws HostException {
    if (!(app.source() instanceof App.Source.Existing existing)) {
      return;
    }
    if (isCertainlyNoDirectory(app.directory()) && !isToCome(app.directory())) {
      hinder(
          app,
          existing.origin(),
          "The source is not there",
          existing.path()
              + " is no directory on this host. It is not managed (source: {path: …}), so "
              + app.name()
              + " stays as it is until you put the code there.");
    }
    Optional<String> closed = barrier(app, existing.path());
    if (closed.isPresent()) {
      hinder(
          app,
          existing.origin(),
          "Code that the app cannot reach",
          app.user()
              + ", who runs "
              + app.name()
              + ", cannot enter "
              + closed.get()
              + ", so it could not start in "
              + existing.path()
              + ". Name the user to whom the code belongs (user: …), or let others pass.",
          "chmod o+x " + closed.get());
    }
  }

  private void python(App app) throws HostException {
    String python = app.venv().python();
    Optional<String> program;
    try {
      program = facts.program(python);
    } catch (HostException e) {
      hinder(app, app.venv().origin(), "A python that cannot be used", e.getMessage() + ".");
      return;
    }
    if (program.isEmpty() && !bringsPython()) {
      hinder(
          app,
          app.venv().origin(),
          "Python interpreter not found",
          python
              + " is not on this host, so "
              + app.name()
              + " stays as it is. Install it, add it to the desired state (packages:"
              + " [python3-venv]), or name another in venv.python.");
    }
    // what the distribution installs is open to all
    boolean usual = program.orElse("/usr/bin/").startsWith("/usr/bin/");
    Optional<String> closed =
        usual && !python.startsWith("/")
            ? Optional.empty()
            : barrier(app, python.startsWith("/") ? python : program.orElse("/"));
    if (closed.isPresent()) {
      hinder(
          app,
          app.venv().origin(),
          "A python that the app cannot run",
          python
              + " lies below "
              + closed.get()
              + ", which "
              + app.user()
              + ", who runs "
              + app.name()
              + ", cannot enter. Install it where all can reach it (below /opt or /usr/local), or"
              + " let others pass.",
          "chmod o+x " + closed.get());
    }
  }

  // a package that is yet to come may bring it, and what the desired state puts there makes it
  private boolean isToCome(String directory) throws HostException {
    for (String name : packages) {
      if (facts.packageVersion(name).isEmpty()) {
        return true;
      }
    }
    return made.stream().anyMatch(path -> (path + "/").startsWith(directory + "/"));
  }

  // what is installed already brings nothing more
  private boolean bringsPython() throws HostException {
    for (String name : packages) {
      if (name.startsWith("python3") && facts.packageVersion(name).isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private boolean isCertainlyNoDirectory(String path) {
    try {
      return !isDirectory(path);
    } catch (HostException e) {
      return false; // a link that is not followed: see barrier
    }
  }

  private boolean isDirectory(String path) throws HostException {
    Optional<String> real = facts.realPath(path);
    return real.isPresent()
        && facts.stat(real.get()).stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
  }

  // Its own folder is made by us; any other must be there and open, or gunicorn would not start.
  private void log(App app, String log) throws HostException {
    String folder = log.isEmpty() ? "" : log.substring(0, log.lastIndexOf('/'));
    if (folder.isEmpty() || folder.equals(app.layout().logs())) {
      return;
    }
    if (!isDirectory(folder)) {
      hinder(
          app,
          app.origin(),
          "A log's folder is missing",
          folder
              + " is not there, or no directory, so gunicorn could not open "
              + log
              + ". Create it, or leave the path out for the usual place.",
          "install -d -o " + app.user() + " -g " + app.group() + " -m 0750 " + folder);
    } else if (new AccessCheck(facts, app.user()).cannotWrite(log)) {
      hinder(
          app,
          app.origin(),
          "A log that the app cannot write",
          app.user()
              + ", who runs "
              + app.name()
              + ", cannot write "
              + log
              + ", so gunicorn would not start. Give it to that user, or leave the path out for the"
              + " usual place.",
          "chown " + app.user() + " " + (facts.stat(log).isEmpty() ? folder : log));
    }
  }

  // Links that are not followed, because anybody may have planted them, are no hindrance of ours.
  private Optional<String> barrier(App app, String path) {
    try {
      return new AccessCheck(facts, app.user()).barrier(path);
    } catch (HostException e) {
      return Optional.empty();
    }
  }
}
