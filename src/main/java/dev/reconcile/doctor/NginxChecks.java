// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.web.NginxCommand;
import dev.reconcile.web.SiteFailure;
import dev.reconcile.web.SitesNotRead;
import dev.reconcile.web.UnreadableDirectory;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checks of nginx. */
final class NginxChecks {
  private static final String LINK = new Layout("reconcile").siteLink();
  private static final Pattern PLACE = Pattern.compile(" in (/\\S+):([0-9]+)");

  private NginxChecks() {}

  static List<Diagnostic> installed(DoctorContext evidence) throws HostException {
    return isInstalled(evidence)
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "nginx is not installed",
                "Apps that have a site are served through it.",
                "apt-get install -y nginx"));
  }

  private static boolean isInstalled(DoctorContext evidence) throws HostException {
    return evidence.facts().program("nginx").isPresent();
  }

  static List<Diagnostic> sitesIncluded(DoctorContext evidence) throws HostException {
    NginxCommand command = NginxCommand.of(evidence.facts());
    if (!isInstalled(evidence) || evidence.facts().stat(command.configuration()).isEmpty()) {
      return List.of();
    }
    ResolvedConfig configuration = command.read(evidence.facts());
    if (configuration.brings(LINK)) {
      return List.of();
    }
    SitesNotRead unread = SitesNotRead.of(command, configuration, LINK);
    return List.of(Diagnostic.finding(SitesNotRead.SUMMARY, unread.detail(), unread.command()));
  }

  static List<Diagnostic> accepted(DoctorContext evidence) throws HostException {
    String said = evidence.nginx();
    if (said.isEmpty() || said.contains("getpwnam") || said.contains("getgrnam")) {
      return List.of(); // the missing user is a finding of its own
    }
    return List.of(
        Diagnostic.finding("nginx configuration refused", said, mending(evidence, said)));
  }

  // An apply repairs a file that reconcile owns. The administrator must edit any other file.
  private static String mending(DoctorContext evidence, String said) throws HostException {
    Matcher place = PLACE.matcher(said);
    if (!place.find()) {
      return "nginx -t";
    }
    String path = place.group(1);
    String real = evidence.facts().realPath(path).orElse(path);
    return evidence.memory().owns(FileKind.address(real))
        ? "reconcile apply"
        : "editor +" + place.group(2) + " " + path;
  }

  static List<Diagnostic> running(DoctorContext evidence) throws HostException {
    boolean hasSites =
        evidence.memory().owned().keySet().stream()
            .anyMatch(address -> address.name().startsWith(Layout.SITE_LINKS + "/"));
    boolean runs = evidence.unit("nginx.service").map(UnitStatus::running).orElse(false);
    if (!isInstalled(evidence) || !hasSites || runs) {
      return List.of();
    }
    Optional<Long> byHand = evidence.facts().runningNginx().map(NginxProcess::master);
    return byHand.isPresent()
        ? List.of(
            Diagnostic.finding(
                "nginx outside systemd",
                """
                nginx.service is inactive, but process %1$s is an nginx that serves the sites. \
                Someone typed "nginx", or certbot started it. systemd does not restart it when it \
                fails. To move it into systemd, which interrupts visitors for a second:\
                """
                    .formatted(byHand.get()),
                "kill -QUIT %s; sleep 1; systemctl start nginx.service".formatted(byHand.get())))
        : List.of(
            Diagnostic.finding(
                "nginx not running",
                "The sites are there, and nobody serves them.",
                "systemctl start nginx.service"));
  }

  // A finding about nginx as a whole is not repeated for each site.
  static List<Diagnostic> visitors(DoctorContext evidence) throws HostException {
    boolean isSaid = !sitesIncluded(evidence).isEmpty() || !running(evidence).isEmpty();
    return evidence.sites().obstacles().stream()
        .filter(one ->
            !isSaid
                || (one.kind() != SiteFailure.Kind.NOT_READ
                    && one.kind() != SiteFailure.Kind.NOT_RUNNING))
        .map(one -> Diagnostic.finding(one.kind().summary(), one.detail(), one.command()))
        .toList();
  }

  static List<Diagnostic> directories(DoctorContext evidence) {
    return evidence.sites().shut().stream()
        .map(one -> Diagnostic.finding(UnreadableDirectory.SUMMARY, one.detail(), one.command()))
        .toList();
  }
}
