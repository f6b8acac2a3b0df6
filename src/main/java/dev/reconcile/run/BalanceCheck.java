// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.Balance;
import dev.reconcile.host.HostException;
import dev.reconcile.host.TcpListener;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The check for conditions that keep this host from its part in an app on several hosts: an address
 * that the host does not have, or a port that another program holds. nginx would refuse the first
 * for all sites, and would not tell of the second.
 */
public final class BalanceCheck {
  private final PlannedFiles files;
  private final BiConsumer<String, Diagnostic> faults;

  /**
   * @param files the host's files, and those that the run will make
   * @param faults receives each missing prerequisite of a single app, with the app's name
   */
  public BalanceCheck(PlannedFiles files, BiConsumer<String, Diagnostic> faults) {
    this.files = files;
    this.faults = faults;
  }

  /**
   * Finds what is missing.
   *
   * @param apps the apps that run on the host
   * @param fronts the apps of which the host has only the site
   */
  public void check(List<App> apps, List<App> fronts) throws HostException {
    if (!files.facts().live()) {
      return;
    }
    for (App app : Stream.concat(apps.stream(), fronts.stream()).toList()) {
      if (app.balance().isPresent()) {
        check(app, app.balance().get());
      }
    }
  }

  private void check(App app, Balance balance) throws HostException {
    Optional<String> address = balance.address();
    if (address.isEmpty()) {
      return;
    }
    InetAddress own = InetAddress.ofLiteral(address.get());
    if (!isOfThisHost(own)) {
      fault(
          app,
          balance,
          "Address of another host",
          """
          hosts/%s.yaml says that this host has the address %s, and it has not. Correct the file. \
          This shows the addresses of the host: ip address\
          """
              .formatted(balance.own(), address.get()));
      return;
    }
    if (balance.isBack()) {
      port(app, balance, own);
    }
  }

  private void port(App app, Balance balance, InetAddress own) throws HostException {
    for (TcpListener listener : TcpListener.all()) {
      boolean isThere =
          listener.port() == balance.port()
              && (listener.address().isAnyLocalAddress() || listener.address().equals(own));
      Optional<String> holder = isThere ? listener.holder() : Optional.empty();
      if (holder.isPresent() && !holder.get().endsWith("(nginx)")) {
        fault(
            app,
            balance,
            "Port in use",
            "The port %s of %s is held by %s on this host. Stop it, or choose another port."
                .formatted(balance.port(), app.name(), holder.get()));
        return;
      }
    }
  }

  private static boolean isOfThisHost(InetAddress address) throws HostException {
    try {
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      throw new HostException("Cannot read the addresses of this host: " + e.getMessage(), e);
    }
  }

  private void fault(App app, Balance balance, String summary, String detail) {
    faults.accept(app.name(), Diagnostic.error(balance.origin(), summary, detail));
  }
}
