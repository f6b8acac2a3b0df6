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
 * The check for conditions that keep one app from running on this host: a masked unit; an
 * interpreter, code or a log that is missing or that the app's user cannot access. Such an app
 * stays as it is, and the run continues with the others. reconcile finds them before it touches
 * anything, not systemd when it starts the app.
 */
public final class Hindrances {
  private final Facts facts;
  private final Set<String> packages;
  private final Set<String> made;
  private final SortedMap<String, Diagnostic> found = new TreeMap<>();

  /**
   * @param facts the host
   * @param packages packages that the desired state names
   * @param made paths of files, links and directories that the desired state names
   */
  public Hindrances(Facts facts, Set<String> packages, Set<String> made) {
    this.facts = facts;
    this.packages = Set.copyOf(packages);
    this.made = Set.copyOf(made);
  }

  /** Returns the first hindrance of each of {@code apps} that has any, by the app's name. */
  public SortedMap<String, Diagnostic> of(List<App> apps) throws HostException {
    if (facts.live()) {
      for (App app : apps) {
        masks(app);
        code(app);
        python(app);
        CertificateCheck.of(app, facts).ifPresent(fault -> found.putIfAbsent(app.name(), fault));
        log(app, app.gunicorn().errorLog());
        log(app, app.gunicorn().accessLog());
      }
    }
    return found;
  }

  private void hinder(App app, Origin origin, String summary, String detail) {
    found.putIfAbsent(app.name(), Diagnostic.error(origin, summary, detail));
  }

  private static List<String> units(App app) {
    return app.processes().stream().flatMap(process -> process.units().stream()).toList();
  }

  // systemctl(1), mask: systemd starts no such unit, whoever asks.
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
              "Masked unit",
              """
              %s is masked, so systemd does not start it, and %s stays as it is. To \
              unmask it: systemctl unmask %s%s\
              """
                  .formatted(unit, app.name(), lasting ? "" : "--runtime ", unit));
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
          "Source not found",
          """
          %s is no directory on this host. It is not managed (source: {path: …}), \
          so %s stays as it is until you put the code there.\
          """
              .formatted(existing.path(), app.name()));
    }
    Optional<String> closed = barrier(app, existing.path());
    if (closed.isPresent()) {
      hinder(
          app,
          existing.origin(),
          "Code that the app cannot reach",
          """
          %s, the user of %s, cannot enter %s, so it could not start in %s. Name \
          the user to whom the code belongs (user: …), or open the way: chmod o+x \
          %s\
          """
              .formatted(app.user(), app.name(), closed.get(), existing.path(), closed.get()));
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
    if (program.isEmpty() && !bringsPython()) {
      hinder(
          app,
          app.venv().origin(),
          "No such python",
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
          where all users can run it (below /opt or /usr/local), or open the way: \
          chmod o+x %s\
          """
              .formatted(python, closed.get(), app.user(), app.name(), closed.get()));
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
    return made.stream().anyMatch(path -> (path + "/").startsWith(directory + "/"));
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

  private boolean isCertainlyNoDirectory(String path) {
    try {
      return !isDirectory(path);
    } catch (HostException e) {
      return false; // a link that facts refuse to follow: see barrier
    }
  }

  private boolean isDirectory(String path) throws HostException {
    Optional<String> real = facts.realPath(path);
    return real.isPresent()
        && facts.stat(real.get()).stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
  }

  // reconcile creates the app's own log directory. Any other must exist and be writable, or
  // gunicorn would not start.
  private void log(App app, String log) throws HostException {
    String folder = log.isEmpty() ? "" : log.substring(0, log.lastIndexOf('/'));
    if (folder.isEmpty() || folder.equals(app.layout().logs())) {
      return;
    }
    if (!isDirectory(folder)) {
      hinder(
          app,
          app.origin(),
          "Missing log directory",
          """
          %s does not exist or is no directory, so gunicorn could not open %s. \
          Make it (install -d -o %s -g %s -m 0750 %s), or leave the path out for \
          the usual place.\
          """
              .formatted(folder, log, app.user(), app.group(), folder));
    } else if (new AccessCheck(facts, app.user()).cannotWrite(log)) {
      hinder(
          app,
          app.origin(),
          "A log that the app cannot write",
          """
          %s, the user of %s, cannot write %s, so gunicorn would not start. Give \
          it to that user (chown %s %s), or leave the path out for the usual \
          place.\
          """
              .formatted(
                  app.user(),
                  app.name(),
                  log,
                  app.user(),
                  facts.stat(log).isEmpty() ? folder : log));
    }
  }

  // Facts refuse to follow a link that anybody may have planted. Such a link is no hindrance here.
  private Optional<String> barrier(App app, String path) {
    try {
      return new AccessCheck(facts, app.user()).barrier(path);
    } catch (HostException e) {
      return Optional.empty();
    }
  }
}
