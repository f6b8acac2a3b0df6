// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Apps whose new requests are led to a standby instance, at the path of their socket. A client
 * looks up the path at each connection, so that no reload of nginx is needed. Existing connections,
 * and those that wait in the backlog, stay with the app's own socket, which systemd holds.
 *
 * <p>Invariant: while a path leads to a standby instance, the kept name leads to the app's own
 * socket. So whoever finds the kept name can lead requests back.
 */
final class LedSockets {
  private static final String UNIX = "unix:";
  private static final long PAUSE_MILLIS = 20;

  /** A client may have looked up the path just before it changed. */
  private static final long SETTLE_MILLIS = 50;

  private final Host host;
  private final Progress progress;
  private final Map<String, Long> ledAt = new ConcurrentHashMap<>();
  private final Map<String, String> ledTo = new ConcurrentHashMap<>();
  private final List<String> plain = new CopyOnWriteArrayList<>();

  LedSockets(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  /** Returns why apps were restarted plainly although their standby instance ran. */
  List<String> plain() {
    return plain;
  }

  /** Leads new requests to the instance, if it runs. */
  void lead(Step.LeadSocket step) throws HostException {
    String standby = step.standby().address().substring(UNIX.length());
    String path = step.path();
    String kept = Layout.keptSocket(path);
    Optional<Stat> socket = host.facts().stat(standby);
    Optional<Stat> live = host.facts().stat(path);
    if (socket.isEmpty() || live.isEmpty()) {
      return; // it was only rehearsed
    }
    try {
      if (!isOpen(kept)) {
        host.linkSocket(path, kept);
      }
      giveAccess(live.get(), standby, socket.get());
      host.linkSocket(standby, path);
      ledTo.put(UNIX + path, standby);
      ledAt.put(UNIX + path, System.nanoTime());
    } catch (HostException e) {
      leadBack(host, path);
      plain.add("%s: %s.".formatted(step.standby().sandbox().app(), e.getMessage()));
    }
  }

  // While nginx changes to another user, the file has other owners than its unit says.
  private void giveAccess(Stat live, String standby, Stat socket) throws HostException {
    if (live.uid() != socket.uid() || live.gid() != socket.gid() || live.mode() != socket.mode()) {
      FileAttributes usual = new FileAttributes(Layout.WEB_USER, Layout.WEB_USER, live.mode());
      host.setAttributes(standby, host.facts().attributes(live, usual));
    }
  }

  /** Leads new requests back to the app's own socket. */
  void leadBack(Step.LeadBack step) throws HostException {
    if (leadBack(host, step.path())) {
      ledAt.put(step.standby().address(), System.nanoTime());
    }
  }

  /** Waits until an address from which requests are led away has no connection, or time is up. */
  void drain(Step.DrainAddress step) throws HostException {
    Long led = ledAt.get(step.address());
    if (led == null && step.ifLed()) {
      return; // no request was led away from it
    }
    long since = led == null ? System.nanoTime() : led;
    try (Progress.Ongoing _ = progress.begins(step.app(), "waiting for its open connections")) {
      long end = since + step.seconds() * 1_000_000_000L;
      Sleeper.of(SETTLE_MILLIS);
      while (System.nanoTime() < end
          && host.facts().connectionsAt(step.address()) > 0
          && isServed(step.address())) {
        Sleeper.of(PAUSE_MILLIS);
      }
    }
  }

  // Nothing starts a standby instance again that ends, and its socket ends with it.
  private boolean isServed(String address) throws HostException {
    String standby = ledTo.get(address);
    if (standby == null || host.facts().stat(standby).isPresent()) {
      return true;
    }
    leadBack(host, address.substring(UNIX.length()));
    return false;
  }

  /**
   * Leads the requests back of all apps whose standby instances have names with this prefix, so
   * that the instances can be stopped.
   *
   * @param prefix the prefix of the names of the instances' units, perhaps a whole name
   */
  static void leadBackFrom(Host host, String prefix) throws HostException {
    for (String name : host.facts().list(Layout.RUN_FOLDER)) {
      Optional<String> path = Layout.socketOfKept(name);
      Optional<String> app = path.flatMap(Layout::appOfSocket);
      if (app.isPresent()) {
        String ofApp = Step.StandbyInstance.nameOf(app.get(), "");
        if (ofApp.startsWith(prefix) || prefix.startsWith(ofApp)) {
          leadBack(host, path.get());
        }
      }
    }
  }

  // A kept name at which nobody listens is left from a socket that systemd has closed since. The
  // path then has the file of the new socket.
  private static boolean leadBack(Host host, String path) throws HostException {
    String kept = Layout.keptSocket(path);
    if (host.facts().stat(kept).isEmpty()) {
      return false;
    }
    if (host.facts().accepts(kept)) {
      host.linkSocket(kept, path);
    }
    host.remove(kept);
    return true;
  }

  private boolean isOpen(String kept) throws HostException {
    return host.facts().stat(kept).isPresent() && host.facts().accepts(kept);
  }

  /**
   * Returns where an app's own process can be asked: the kept name while requests are led away from
   * the address, else the address.
   */
  static String ownAddress(Facts facts, String address) throws HostException {
    if (!address.startsWith(UNIX)) {
      return address;
    }
    String kept = Layout.keptSocket(address);
    return facts.stat(kept).isPresent() ? UNIX + kept : address;
  }
}
