// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import java.util.List;

/** The failures of etcdctl, by what it prints. */
final class EtcdFailure {
  /** Answers of etcd to a host whose certificate or role it does not accept. */
  private static final List<String> REFUSALS =
      List.of(
          "etcdserver: permission denied",
          "etcdserver: user name",
          "etcdserver: authentication",
          "etcdserver: invalid auth",
          "remote error: tls:");

  /** What the process prints of a member that it could not connect to. */
  private static final List<String> UNREACHED =
      List.of("while dialing", "authentication handshake failed");

  /** What the process prints of a member that ended the connection after the handshake. */
  private static final List<String> ENDED =
      List.of("transport is closing", "connection closed", "broken pipe", "connection reset");

  private static final String DETAIL = "desc = ";
  private static final int LONGEST = 300;

  private EtcdFailure() {}

  /** Tells whether the same request may be answered at once if it is sent again. */
  static boolean isPassing(String errors) {
    return errors.contains("etcdserver: leader changed");
  }

  /** Tells whether the output leaves open why no member answered. */
  static boolean isUnexplained(String errors) {
    return errors.contains("context deadline exceeded") && !isRefusal(errors);
  }

  /** Returns the failure of a request, by the output of the process. */
  static EngineException of(String errors) {
    return isRefusal(errors) ? refused(errors) : outOfReach(lastLine(errors));
  }

  /**
   * Returns the failure of a request that no member answered, by the output with {@code --debug}. A
   * member that does not accept a certificate ends the connection after the handshake, and says so
   * only in its own log.
   */
  static EngineException explained(String debugged) {
    boolean wasEnded = debugged.lines().anyMatch(line -> has(line, ENDED) && !has(line, UNREACHED));
    if (isRefusal(debugged) || (wasEnded && !debugged.contains("change to READY"))) {
      return refused(debugged);
    }
    return outOfReach(
        debugged
            .lines()
            .filter(line -> has(line, UNREACHED))
            .map(line -> line.substring(line.indexOf(DETAIL) + DETAIL.length()))
            .findFirst()
            .orElseGet(() -> lastLine(debugged)));
  }

  /** Returns the failure of a process that did not start or did not end. */
  static EngineException of(HostException e) {
    return e.failure() == HostFailure.COMMAND_NOT_FOUND
        ? new EngineException(
            EngineFailure.OUT_OF_REACH,
            "This host is in a fleet, and etcdctl is not installed.",
            "apt install etcd-client")
        : outOfReach(e.message());
  }

  /** Tells whether etcd does not accept the certificate, or its role does not allow a request. */
  static boolean isRefusal(String errors) {
    return has(errors, REFUSALS);
  }

  private static boolean has(String text, List<String> parts) {
    return parts.stream().anyMatch(text::contains);
  }

  private static EngineException refused(String errors) {
    return new EngineException(
        EngineFailure.REFUSED,
        """
        etcd does not accept this host's certificate, or its role does not allow the request. The \
        files are in /etc/reconcile/fleet. etcdctl says: %s\
        """
            .formatted(lastLine(errors)));
  }

  private static EngineException outOfReach(String reason) {
    return new EngineException(
        EngineFailure.OUT_OF_REACH,
        """
        No member of the etcd cluster has answered, or they have no quorum. The request may have \
        taken effect; the next run finds out. The reason: %s\
        """
            .formatted(reason.substring(0, Math.min(reason.length(), LONGEST))));
  }

  private static String lastLine(String errors) {
    return errors
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("{"))
        .reduce((_, last) -> last)
        .map(line -> line.substring(0, Math.min(line.length(), LONGEST)))
        .orElse("etcdctl had no answer in time");
  }
}
