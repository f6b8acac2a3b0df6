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
                "systemd not running",
                """
                Apps, sockets and the timer are units of systemd. In a container or a chroot, \
                reconcile can only write a directory tree: --root DIR.\
                """,
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
                "Wrong system clock",
                """
                The recorded end of the last run is in the future. Certificates, timers and git \
                depend on the time.\
                """,
                "timedatectl set-ntp true"))
        : List.of();
  }

  static List<Diagnostic> freeSpace(DoctorContext context) {
    long free = context.records().free();
    return free < LEAST_FREE
        ? List.of(
            Diagnostic.finding(
                "Disk nearly full",
                """
                The file system of /var/lib/reconcile has %s MiB free. A run without enough \
                space changes nothing and fails.\
                """
                    .formatted(free >> 20),
                "du -xhd2 /var | sort -h | tail"))
        : List.of();
  }

  static List<Diagnostic> venvPackage(DoctorContext context) throws HostException {
    return context.facts().packageVersion("python3-venv").isPresent()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "python3-venv not installed",
                "Without it, reconcile cannot build virtualenvs.",
                "apt-get install -y python3-venv"));
  }

  static List<Diagnostic> webUser(DoctorContext context) throws HostException {
    return context.facts().hasUser(WEB_USER) && context.facts().hasGroup(WEB_USER)
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "Missing user " + WEB_USER,
                """
                nginx runs as this user and group, and so do apps by default. The user owns \
                the apps' sockets.\
                """,
                "update-passwd"));
  }
}
