// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import java.time.Duration;
import java.util.List;

/** The checks of the operating system. */
final class SystemChecks {
  private static final String WEB_USER = Layout.WEB_USER;
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final long LEAST_FREE = 256L << 20;

  private SystemChecks() {}

  static List<Diagnostic> systemd(DoctorContext context) throws HostException {
    return context.facts().stat("/run/systemd/system").isPresent()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "systemd does not run",
                "Apps, sockets and the timer are units of systemd. In a container or a chroot only a"
                    + " directory tree can be made: --root DIR.",
                "ps -p 1"));
  }

  // A record with a time in the future shows that the clock was set back, or was wrong.
  static List<Diagnostic> clock(DoctorContext context) {
    boolean ahead =
        context
            .records()
            .lastRun()
            .map(run -> run.finished().isAfter(context.now().plus(TOLERANCE)))
            .orElse(false);
    return ahead
        ? List.of(
            Diagnostic.finding(
                "The clock is wrong",
                "The last run ended in the future: certificates, timers and git depend on the time.",
                "timedatectl set-ntp true"))
        : List.of();
  }

  static List<Diagnostic> room(DoctorContext context) {
    long free = context.records().free();
    return free < LEAST_FREE
        ? List.of(
            Diagnostic.finding(
                "The disk is nearly full",
                (free >> 20)
                    + " MiB are left where /var/lib/reconcile is. A run that finds no room changes"
                    + " nothing and fails.",
                "du -xhd2 /var | sort -h | tail"))
        : List.of();
  }

  static List<Diagnostic> venvPackage(DoctorContext context) throws HostException {
    return context.facts().packageVersion("python3-venv").isPresent()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "python3-venv is not installed",
                "Without it no virtualenv can be made.",
                "apt-get install -y python3-venv"));
  }

  static List<Diagnostic> webUser(DoctorContext context) throws HostException {
    return context.facts().hasUser(WEB_USER) && context.facts().hasGroup(WEB_USER)
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "There is no user " + WEB_USER,
                "nginx and, unless told otherwise, apps run as this user and group; sockets belong"
                    + " to it.",
                "update-passwd"));
  }
}
