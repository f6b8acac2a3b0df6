// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.PortHolder;
import dev.reconcile.host.TcpListener;
import dev.reconcile.host.UnitProperties;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step.Probe;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The proof that an answer at a port comes from the app's own unit. Any user of the host may listen
 * on a port while the app does not. At a unix socket nobody else can, because of its directory.
 */
public final class PortProof {
  /** The summary of the failure. */
  public static final String TAKEN = "Port taken by another program";

  private static final String MAIN_PID = "MainPID";

  private final Host host;
  private final Probe probe;
  private final int port;
  private List<TcpListener> before = List.of();

  /** Creates the proof of the answers to a health check. */
  public PortProof(Host host, Probe probe) {
    this.host = host;
    this.probe = probe;
    this.port = Layout.portOf(probe.address());
  }

  /** Notes who listens before a request. */
  void begin() throws HostException {
    before = listeners();
  }

  /** Reports whether the app's unit, and no other, has listened since {@link #begin}. */
  boolean isOwn() throws HostException {
    return port == 0 || (listeners().equals(before) && other().isEmpty());
  }

  /** Returns the failure that another process listens on the port now, if one does. */
  Optional<StepException> failure() throws HostException {
    return other().map(holder -> StepException.ofOther(TAKEN, detail(holder), holder.stop()));
  }

  /** Returns what is wrong if a process listens. */
  public String detail(PortHolder holder) {
    return """
    %s is the address of %s, but %s listens there. nginx would send visitors to it. Stop it, \
    and apply again.\
    """
        .formatted(probe.address(), probe.unit(), holder.words());
  }

  private List<TcpListener> listeners() throws HostException {
    return port == 0 ? List.of() : TcpListener.onLoopback(port);
  }

  /** Returns a process that listens on the port now and is not of the app's unit, if one does. */
  public Optional<PortHolder> other() throws HostException {
    List<TcpListener> listeners = listeners();
    return listeners.isEmpty()
        ? Optional.empty()
        : host.facts().holderOutside(probe.unit(), mainPid(), listeners);
  }

  private long mainPid() throws HostException {
    List<Map<String, String>> units =
        UnitProperties.ask(host, List.of("--property=Id," + MAIN_PID), List.of(probe.unit()));
    return units.isEmpty() ? 0 : Long.parseLong(units.getFirst().getOrDefault(MAIN_PID, "0"));
  }
}
