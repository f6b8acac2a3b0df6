// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.host.Stat;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.Address;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.State;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The observation of everything that is desired or remembered, in one pass over the host. */
public final class Observer {
  /** The handler that makes systemd reload its unit files. */
  public static final String DAEMON_RELOAD = "daemon-reload";

  /** The handler that reloads nginx. */
  public static final String RELOAD_NGINX = "reload nginx";

  private Observer() {}

  /**
   * Returns the live state.
   *
   * @throws HostException if the host refuses a reading
   */
  public static LiveState observe(Facts facts, DesiredState desired, State state)
      throws HostException {
    askForUnits(facts, desired, state);
    Map<String, String> due =
        new TreeMap<>(owedBySystemd(facts)); // first: without systemd nothing is known of any app
    SortedMap<Address, Live> found = new TreeMap<>();
    SortedMap<String, Diagnostic> faults = new TreeMap<>();
    for (Declared declared : desired.resources().values()) {
      Address address = declared.address();
      try {
        found.put(address, observe(facts, address, Optional.of(declared.spec())));
      } catch (HostException e) {
        String app = ofApp(declared.app(), e);
        faults.putIfAbsent(
            app, Diagnostic.error(declared.origin(), e.summary(), why(address, app, e)));
      }
    }
    for (OwnedResource owned : state.owned().values()) {
      Address address = owned.address();
      if (!desired.resources().containsKey(address) && Kinds.exists(address.kind())) {
        try {
          found.put(address, observe(facts, address, Optional.empty()));
        } catch (HostException e) {
          String app = ofApp(owned.app(), e);
          faults.putIfAbsent(app, Diagnostic.error(e.summary(), why(address, app, e)));
        }
      }
    }
    newWebUser(facts, desired, found)
        .ifPresent(owner ->
            due.put(
                RELOAD_NGINX, "sockets go over to %s:%s".formatted(owner.user(), owner.group())));
    return new LiveState(found, due, state, facts.live(), faults, unitFiles(facts, state));
  }

  // The files matter only to a quarantine that may end when they change.
  private static SortedMap<String, SortedSet<String>> unitFiles(Facts facts, State state) {
    SortedMap<String, SortedSet<String>> files = new TreeMap<>();
    state
        .trials()
        .quarantine()
        .forEach((app, quarantine) -> {
          if (quarantine.unitFiles().isPresent()) {
            ForeignUnitFiles.of(facts, app, state).ifPresent(found -> files.put(app, found));
          }
        });
    return files;
  }

  // A failure at a resource of an app holds that app and no other.
  private static String ofApp(String app, HostException e) throws HostException {
    if (app.isEmpty()) {
      throw e;
    }
    return app;
  }

  private static String why(Address address, String app, HostException e) {
    return "%s: %s\nUntil this is corrected, %s stays as it is."
        .formatted(address, e.getMessage(), app);
  }

  // The query matches gunicorn's own units by pattern. Other units must be named before the single
  // query.
  private static void askForUnits(Facts facts, DesiredState desired, State state) {
    Stream.concat(desired.resources().keySet().stream(), state.owned().keySet().stream())
        .filter(address -> address.kind().equals(UnitKind.NAME))
        .map(Address::name)
        .filter(name -> !Layout.isOfApps(name))
        .distinct()
        .forEach(facts::watchUnit);
  }

  private static Live observe(Facts facts, Address address, Optional<Record> desired)
      throws HostException {
    return observe(Kinds.named(address.kind()), facts, address.name(), desired);
  }

  private static <S extends Record> Live observe(
      Kind<S> kind, Facts facts, String name, Optional<Record> desired) throws HostException {
    return kind.observe(facts, name, desired.map(kind::cast));
  }

  // systemd compares what it loaded with the files on disk, so a reload that a killed run left
  // pending is due.
  private static Map<String, String> owedBySystemd(Facts facts) throws HostException {
    for (Map.Entry<String, UnitFacts> unit : new TreeMap<>(facts.units()).entrySet()) {
      if (unit.getValue().needsReload()) {
        return Map.of(DAEMON_RELOAD, "systemd has not read the files of " + unit.getKey());
      }
    }
    return Map.of();
  }

  // nginx may still run as the previous user, which cannot connect to a socket that another user
  // owns.
  private static Optional<FileAttributes> newWebUser(
      Facts facts, DesiredState desired, SortedMap<Address, Live> found) throws HostException {
    for (Declared declared : desired.resources().values()) {
      if (declared.spec() instanceof SocketKind.Spec wanted
          && found.get(declared.address()) instanceof Live.Present(SocketKind.Spec there, _)
          && !there.attributes().isOfSameOwners(wanted.attributes())) {
        String user = wanted.attributes().user();
        boolean stays = true;
        for (NginxProcess nginx : facts.runningNginx().stream().toList()) {
          for (NginxProcess.Worker worker : nginx.workers()) {
            Stat stat = new Stat(Stat.Type.SOCKET, 0, worker.uid(), 0, 0);
            stays &= facts.attributes(stat, wanted.attributes()).user().equals(user);
          }
        }
        return stays ? Optional.empty() : Optional.of(wanted.attributes());
      }
    }
    return Optional.empty();
  }
}
