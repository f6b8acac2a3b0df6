// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The check of the host's prerequisites before reconcile touches anything. It reports a missing
 * prerequisite in the terms of the desired state; nginx or systemd would report it later in theirs.
 * A prerequisite of one app that is missing is a fault of that app, and the others converge.
 */
public final class Preflight {
  // sockaddr_un.sun_path holds 108 bytes with its NUL (unix(7)); bind and nginx fail on a longer
  // path.
  private static final int LONGEST_SOCKET_PATH = 107;

  private static final int MOST_BYTES = 1 << 20;

  private final Facts facts;
  private final Set<String> packages;
  private final Ports ports;
  private final List<Diagnostic> found = new ArrayList<>();
  private final BiConsumer<String, Diagnostic> faults;
  private final PlannedFiles files;

  /**
   * @param packages packages that the run will install
   * @param files the host's files, and those that the run will make
   * @param ports the ports of the apps
   * @param faults receives each missing prerequisite of a single app, with the app's name
   */
  public Preflight(
      Set<String> packages,
      PlannedFiles files,
      Ports ports,
      BiConsumer<String, Diagnostic> faults) {
    this.faults = faults;
    this.facts = files.facts();
    this.files = files;
    this.packages = Set.copyOf(packages);
    this.ports = ports;
  }

  /**
   * Returns the missing prerequisites of all of {@code apps}, and warnings.
   *
   * @param fronts the apps of which the host has only the site
   */
  public List<Diagnostic> check(List<App> apps, List<App> fronts) throws HostException {
    boolean sites = !fronts.isEmpty() || apps.stream().anyMatch(App::isVisited);
    if (facts.live() && sites && facts.program("nginx").isEmpty() && !installs("nginx")) {
      found.add(
          Diagnostic.error(
              "nginx not installed",
              """
              Apps with a site need it. Add it to the desired state (packages: \
              [nginx]) or install it.\
              """));
    }
    for (App app : apps) {
      try {
        check(app);
      } catch (HostException e) {
        fault(app, app.origin(), e.summary(), e.message());
      }
    }
    for (App app : facts.live() ? fronts : List.<App>of()) {
      try {
        certificate(app);
        passwords(app);
      } catch (HostException e) {
        fault(app, app.origin(), e.summary(), e.message());
      }
    }
    return found;
  }

  private void fault(App app, Origin origin, String summary, String detail) {
    faults.accept(app.name(), Diagnostic.error(origin, summary, detail));
  }

  private boolean installs(String name) {
    return packages.stream().anyMatch(p -> p.equals(name) || p.startsWith(name + "-"));
  }

  private void check(App app) throws HostException {
    socketLength(app);
    source(app);
    if (!facts.live()) {
      build(app);
      return;
    }
    port(app);
    found.addAll(LimitCheck.of(app, files));
    new AccountCheck(facts, installs("nginx"), files)
        .of(app)
        .ifPresent(fault -> faults.accept(app.name(), fault));
    key(app);
    indexPassword(app);
    certificate(app);
    passwords(app);
  }

  private void passwords(App app) {
    Stream<Table> parts =
        Stream.concat(
            app.site().filter(App.Site::isVisited).stream().flatMap(App.Site::partKeys),
            app.mount().stream().map(wish -> wish.location().keys()));
    for (Table part : parts.toList()) {
      for (Diagnostic one : new PasswordFileCheck(files).of(part)) {
        if (one.severity() == Severity.ERROR) {
          faults.accept(app.name(), one);
        } else {
          found.add(one);
        }
      }
    }
  }

  private void certificate(App app) throws HostException {
    Optional<Tls> tls = app.site().flatMap(App.Site::tls);
    if (tls.isPresent() && tls.get().issuer() instanceof Issuer.Given) {
      certificate(app, tls.get());
    }
  }

  // Nothing runs below a directory that is no system.
  private void build(App app) {
    if (!app.build().isEmpty()) {
      found.add(
          Diagnostic.warning(
              app.build().origin(),
              "Build steps left out",
              "reconcile runs no command of %s below a directory (--root).".formatted(app.name())));
    }
  }

  private void socketLength(App app) {
    String address = ports.address(app);
    int length =
        address.substring(address.indexOf(':') + 1).getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET_PATH) {
      found.add(
          Diagnostic.error(
              app.origin(),
              "Socket path too long",
              address + " has " + length + " bytes; Linux allows " + LONGEST_SOCKET_PATH + "."));
    }
  }

  private void source(App app) throws HostException {
    if (!facts.live() // Hindrances reports it on a live host
        && app.source() instanceof App.Source.Existing existing
        && !facts.follow(existing.path()).exists()) {
      found.add(
          Diagnostic.warning(
              existing.origin(),
              "Source not found",
              """
              %s is not on this host. It is not managed (source: {path: …}), so %s \
              cannot work until you put it there.\
              """
                  .formatted(existing.path(), app.name())));
    }
  }

  // reconcile never moves an app silently to another port: hosts would differ, and the other
  // program may run by mistake.
  private void port(App app) throws HostException {
    Bind bind = app.web().bind();
    if (bind != Bind.PORT && bind != Bind.OWN_PORT) {
      return;
    }
    int port = ports.of(app);
    Optional<String> holder = facts.processListeningOn(port);
    if (holder.isPresent() && !(bind == Bind.OWN_PORT && holds(app, port))) {
      faults.accept(
          app.name(),
          Diagnostic.error(
                  app.origin(),
                  "Port in use",
                  "The port %s of %s is held by %s on this host. Stop it, or give the app another port."
                      .formatted(port, app.name(), holder.get()))
              .withCommand("reconcile allocate --reassign " + app.name()));
    }
  }

  // A server that opens its port itself holds it since a run told it so.
  private boolean holds(App app, int port) throws HostException {
    UnitFacts unit = facts.units().get(app.service());
    String line = "\n%s=\"%s\"\n".formatted(WebSection.PORT, port);
    return unit != null
        && unit.running()
        && facts.text(app.layout().environment(), MOST_BYTES).stream()
            .anyMatch(text -> text.contains(line));
  }

  // ssh too refuses a key that others can read, but only when it is used.
  private void key(App app) throws HostException {
    String path = app.source().key();
    if (path.isEmpty()) {
      return;
    }
    Optional<Stat> stat = facts.stat(path);
    if (stat.isEmpty() || stat.get().type() != Stat.Type.FILE) {
      faults.accept(
          app.name(),
          Diagnostic.error(
                  app.source().origin(),
                  "Missing key file",
                  """
                  %s is not a file on this host. Make it, and add the .pub file as a \
                  read-only deploy key.\
                  """
                      .formatted(path))
              .withCommand("ssh-keygen -t ed25519 -N '' -f " + path));
    } else if (stat.get().uid() != 0 || (stat.get().mode() & 0077) != 0) {
      fault(
          app,
          app.source().origin(),
          "Key readable by others",
          path + " must belong to root and be closed to all others (mode 0600).");
    }
  }

  private void indexPassword(App app) throws HostException {
    Optional<Venv.Index> index =
        app.venv().options().index().filter(found -> !found.password().isEmpty());
    if (index.isEmpty()) {
      return;
    }
    String path = index.get().password();
    Optional<Stat> stat = facts.stat(path);
    if (stat.isEmpty() || stat.get().type() != Stat.Type.FILE) {
      fault(
          app,
          index.get().passwordOrigin(),
          "Missing index password",
          """
          %s is not a file on this host. Write the password or token of %s into it, \
          owned by root and with mode 0600.\
          """
              .formatted(path, index.get().host()));
    } else if (stat.get().uid() != 0 || (stat.get().mode() & 0077) != 0) {
      fault(
          app,
          index.get().passwordOrigin(),
          "Index password readable by others",
          path + " must belong to root and be closed to all others (mode 0600).");
    }
  }

  private void certificate(App app, Tls tls) throws HostException {
    pem(app, "certificate", tls.certificate(), tls.origin());
    pem(app, "key", tls.key(), tls.origin());
  }

  // Let's Encrypt's live/ holds links, so the check follows the last link.
  private void pem(App app, String label, String path, Origin origin) throws HostException {
    if (!files.makes(path) && facts.file(path).isEmpty()) {
      fault(
          app,
          origin,
          "Missing certificate",
          """
          The %s %s is not on this host. Get it first (for example with \
          certbot), or leave "tls" out until you have it.\
          """
              .formatted(label, path));
    }
  }
}
