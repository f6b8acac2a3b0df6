package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the host must have before anything is touched: what is missing is named here, in the words
 * of the desired state, and not later by nginx or systemd in theirs. What is missing for one app is
 * a fault of that app, and the others converge.
 */
public final class Preflight {
  // sockaddr_un.sun_path holds 108 bytes with its NUL (unix(7)); one more fails in bind and nginx
  private static final int LONGEST_SOCKET_PATH = 107;

  private final Facts facts;
  private final Set<String> packages;
  private final Ports ports;
  private final List<Diagnostic> found = new ArrayList<>();
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();

  /**
   * @param facts the host
   * @param packages packages that the run will install
   * @param ports the ports of the apps
   */
  public Preflight(Facts facts, Set<String> packages, Ports ports) {
    this.facts = facts;
    this.packages = Set.copyOf(packages);
    this.ports = ports;
  }

  /**
   * What is missing for all of {@code apps}, and warnings; what is missing for one of them is then
   * in {@link #faults}.
   */
  public List<Diagnostic> check(List<App> apps) throws HostException {
    boolean sites = apps.stream().anyMatch(app -> app.site().isPresent());
    if (facts.live() && sites && facts.program("nginx").isEmpty() && !installs("nginx")) {
      found.add(
          Diagnostic.error(
              "nginx is not installed",
              "Apps with a site need it. Add it to the desired state (packages: [nginx]) or"
                  + " install it."));
    }
    for (App app : apps) {
      try {
        check(app);
      } catch (HostException e) {
        fault(app, app.origin(), e.summary(), e.message());
      }
    }
    return found;
  }

  /** App to the first thing that is missing for it alone, of the apps that were checked. */
  public SortedMap<String, Diagnostic> faults() {
    return faults;
  }

  private void fault(App app, Origin origin, String summary, String detail) {
    faults.putIfAbsent(app.name(), Diagnostic.error(origin, summary, detail));
  }

  private boolean installs(String name) {
    return packages.stream().anyMatch(p -> p.equals(name) || p.startsWith(name + "-"));
  }

  private void check(App app) throws HostException {
    socketLength(app);
    source(app);
    if (!facts.live()) {
      return;
    }
    port(app);
    account(app);
    key(app);
    Optional<Tls> tls = app.site().flatMap(App.Site::tls);
    if (tls.isPresent() && tls.get().issuer() instanceof Issuer.Given) {
      certificate(app, tls.get());
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
              "A socket's path is too long",
              address + " has " + length + " bytes; Linux allows " + LONGEST_SOCKET_PATH + "."));
    }
  }

  private void source(App app) throws HostException {
    if (!facts.live() // else Hindrances
        && app.source() instanceof App.Source.Existing existing
        && isMissing(existing.path())) {
      found.add(
          Diagnostic.warning(
              existing.origin(),
              "The source is not there",
              existing.path()
                  + " is not on this host. It is not managed (source: {path: …}), so "
                  + app.name()
                  + " cannot work until you put it there."));
    }
  }

  // Never a silent move to another port: hosts would differ, and the other program may be a
  // mistake.
  private void port(App app) throws HostException {
    if (app.gunicorn().bind() != Bind.PORT) {
      return;
    }
    int port = ports.of(app);
    Optional<String> stranger = facts.processListeningOn(port);
    if (stranger.isPresent()) {
      faults.putIfAbsent(
          app.name(),
          Diagnostic.error(
                  app.origin(),
                  "Port in use",
                  "The port "
                      + port
                      + " of "
                      + app.name()
                      + " is held by "
                      + stranger.get()
                      + " on this host. Stop it, or give the app another port.")
              .withCommand("reconcile allocate --reassign " + app.name()));
    }
  }

  private boolean isMissing(String path) throws HostException {
    String trimmed =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return facts.stat(trimmed).isEmpty();
  }

  private void account(App app) throws HostException {
    if (!facts.hasUser(app.user()) && !(app.user().equals(Layout.WEB_USER) && installs("nginx"))) {
      fault(
          app,
          app.origin(),
          "No such user",
          app.name()
              + " runs as "
              + app.user()
              + ", whom this host does not know. Make it:"
              + " adduser --system --group "
              + app.user());
    } else if (!facts.hasGroup(app.group())) {
      fault(
          app,
          app.origin(),
          "No such group",
          app.name()
              + " runs in group "
              + app.group()
              + ", which this host does not know."
              + " Make it: addgroup --system "
              + app.group());
    }
  }

  // ssh refuses one that others can read, too, but only when it is asked
  private void key(App app) throws HostException {
    String path = app.source().key();
    if (path.isEmpty()) {
      return;
    }
    Optional<Stat> stat = facts.stat(path);
    if (stat.isEmpty() || stat.get().type() != Stat.Type.FILE) {
      fault(
          app,
          app.source().origin(),
          "A key's file is missing",
          path
              + " is not a file on this host. Make it with ssh-keygen -t ed25519 -N '' -f "
              + path
              + ", and add the .pub file as a read-only deploy key.");
    } else if (stat.get().uid() != 0 || (stat.get().mode() & 0077) != 0) {
      fault(
          app,
          app.source().origin(),
          "A key that others can read",
          path + " must belong to root and be closed to all others (mode 0600).");
    }
  }

  private void certificate(App app, Tls tls) throws HostException {
    pem(app, "certificate", tls.certificate(), tls.origin());
    pem(app, "key", tls.key(), tls.origin());
  }

  // Let's Encrypt's live/ holds links, so the last link is followed by looking at what it names.
  private void pem(App app, String what, String path, Origin origin) throws HostException {
    if (facts.file(path).isEmpty()) {
      fault(
          app,
          origin,
          "A certificate is missing",
          "The "
              + what
              + " "
              + path
              + " is not on this host. Get it first (for example with"
              + " certbot certonly), or leave \"tls\" out until you have it.");
    }
  }
}
