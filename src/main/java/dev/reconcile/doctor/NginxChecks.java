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
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checks of nginx. */
final class NginxChecks {
  private static final String LINK = new Layout("reconcile").siteLink();
  private static final Pattern PLACE = Pattern.compile(" in (/\\S+):([0-9]+)");

  private NginxChecks() {}

  static List<Diagnostic> installed(DoctorContext context) throws HostException {
    return isInstalled(context)
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "nginx not installed",
                "nginx serves the apps that have a site.",
                "apt-get install -y nginx"));
  }

  private static boolean isInstalled(DoctorContext context) throws HostException {
    return context.facts().program("nginx").isPresent();
  }

  static List<Diagnostic> sitesIncluded(DoctorContext context) throws HostException {
    NginxCommand command = NginxCommand.of(context.facts());
    if (!isInstalled(context) || context.facts().stat(command.configuration()).isEmpty()) {
      return List.of();
    }
    ResolvedConfig configuration = command.read(context.facts());
    if (configuration.brings(LINK)) {
      return List.of();
    }
    SitesNotRead unread = SitesNotRead.of(command, configuration, LINK);
    return List.of(Diagnostic.finding(SitesNotRead.SUMMARY, unread.detail(), unread.command()));
  }

  static List<Diagnostic> accepted(DoctorContext context) throws HostException {
    String rejection = context.nginx().rejection();
    if (rejection.isEmpty() || rejection.contains("getpwnam") || rejection.contains("getgrnam")) {
      return List.of(); // the missing user is a finding of its own
    }
    return List.of(
        Diagnostic.finding("nginx configuration refused", rejection, repair(context, rejection)));
  }

  // An apply repairs a file that reconcile owns. The administrator must edit any other file.
  private static String repair(DoctorContext context, String rejection) throws HostException {
    Matcher place = PLACE.matcher(rejection);
    if (!place.find()) {
      return "nginx -t";
    }
    String path = place.group(1);
    String real = context.facts().realPath(path).orElse(path);
    return context.records().state().owns(FileKind.address(real))
        ? "reconcile apply"
        : "editor +" + place.group(2) + " " + path;
  }

  static List<Diagnostic> running(DoctorContext context) throws HostException {
    boolean hasSites =
        context.records().state().owned().keySet().stream()
            .anyMatch(address -> address.name().startsWith(Layout.SITE_LINKS + "/"));
    boolean runs = context.unit("nginx.service").map(UnitStatus::running).orElse(false);
    if (!isInstalled(context) || !hasSites || runs) {
      return List.of();
    }
    Optional<Long> byHand = context.facts().runningNginx().map(NginxProcess::master);
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
                "kill -QUIT %s && sleep 1 && systemctl start nginx.service"
                    .formatted(byHand.get())))
        : List.of(
            Diagnostic.finding(
                "nginx not running",
                "Sites are installed, but no nginx serves them.",
                "systemctl start nginx.service"));
  }

  // A finding about nginx as a whole is not repeated for each site.
  static List<Diagnostic> visitors(DoctorContext context) throws HostException {
    boolean isReported = !sitesIncluded(context).isEmpty() || !running(context).isEmpty();
    return context.nginx().unreached().stream()
        .filter(failure ->
            !isReported
                || (failure.kind() != SiteFailure.Kind.NOT_READ
                    && failure.kind() != SiteFailure.Kind.NOT_RUNNING))
        .map(failure ->
            Diagnostic.finding(failure.kind().summary(), failure.detail(), failure.command()))
        .toList();
  }

  static List<Diagnostic> unreadable(DoctorContext context) {
    return context.nginx().unreadable();
  }
}
