// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts that serve one app together: those whose nginx gets the requests (the balancers), and
 * those that run the app.
 *
 * <p>Invariant: every address is that of one host, and all are of one family. At least one host
 * that runs the app gets requests.
 *
 * @param on the balancers
 * @param to the hosts that run the app
 * @param out the names of those that get no requests for now
 * @param port the port of nginx on the hosts that run the app
 * @param extra raw lines of the server block there
 * @param own the name of the host whose desired state is read; empty for any host
 * @param origin where it is declared
 */
public record Balance(
    List<Member> on,
    List<Member> to,
    Set<String> out,
    int port,
    String extra,
    String own,
    Origin origin) {
  public Balance {
    on = List.copyOf(on);
    to = List.copyOf(to);
    out = Set.copyOf(out);
  }

  /**
   * A host.
   *
   * @param host its name
   * @param address its IP address
   */
  public record Member(String host, String address) {}

  /** Returns the names of hosts for a sentence. */
  public static String names(List<Member> hosts) {
    return String.join(", ", hosts.stream().map(Member::host).toList());
  }

  /** Returns the name of nginx's upstream on the balancers of an app. */
  static String upstream(String app) {
    return Layout.UPSTREAM + app;
  }

  /** Returns whether this host is a balancer. */
  public boolean isFront() {
    return find(on).isPresent();
  }

  /** Returns whether this host runs the app for balancers. */
  public boolean isBack() {
    return find(to).isPresent();
  }

  /** Returns the hosts that get requests, in the order written. */
  public List<Member> serving() {
    return to.stream().filter(member -> !out.contains(member.host())).toList();
  }

  /** Returns the address and port of a host's nginx, as nginx writes it. */
  public String endpoint(Member member) {
    boolean isV6 = member.address().contains(":");
    return (isV6 ? "[" + member.address() + "]" : member.address()) + ":" + port;
  }

  /** Returns the address and port on which nginx of this host listens for the balancers. */
  String listen() {
    return endpoint(find(to).orElseThrow());
  }

  /** Returns the address of this host; empty if it has no part in it. */
  public Optional<String> address() {
    return find(to).or(() -> find(on)).map(Member::address);
  }

  private Optional<Member> find(List<Member> members) {
    return members.stream().filter(member -> member.host().equals(own)).findFirst();
  }
}
