// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Servers;
import dev.reconcile.plan.Plan;
import dev.reconcile.web.LiveFiles;
import dev.reconcile.web.NginxCommand;
import dev.reconcile.web.SitesNotRead;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A check that nginx will read the declared sites after a plan is applied, because nginx also
 * accepts a configuration that does not include them. The check reads nginx's files as nginx does
 * and does not start it.
 */
final class SitesTrial {
  private static final String KEYS = Layout.CERTIFICATES + "/"; // generated in a trial on demand

  private static final String IPV4_SOCKETS = "/proc/1/net/tcp";
  private static final int MOST_BYTES = 16 << 20;

  private SitesTrial() {}

  /**
   * Records why nginx would not read the sites, unless it would refuse the configuration anyway.
   * Records the directories and files that nginx may not read, for the apps that the plan touches.
   */
  static void run(
      Facts facts, Plan plan, Collection<VisitorCheck> sites, TrialResultBuilder findings)
      throws HostException {
    if (sites.isEmpty()) {
      return;
    }
    NginxCommand command = NginxCommand.of(facts);
    Overlay changes = Overlay.of(plan, path -> !path.startsWith(KEYS));
    FutureSource files = new FutureSource(facts, PlannedFiles.after(facts, changes.changes()));
    ResolvedConfig configuration = ResolvedConfig.read(command.configuration(), files);
    if (configuration.problem().isPresent()) {
      return; // nginx itself reports it better
    }
    for (VisitorCheck site : sites) {
      if (!configuration.brings(site.link())) {
        findings.unread(SitesNotRead.of(command, configuration, site.link()));
        return;
      }
    }
    Servers servers = Servers.of(configuration);
    UnreadableTrial unreadable = new UnreadableTrial(facts, plan);
    for (VisitorCheck site : sites) {
      boolean isTouched =
          plan.changes().stream().anyMatch(planned -> planned.change().app().equals(site.app()));
      if (isTouched) {
        portConflict(facts, servers, site).ifPresent(fault -> findings.fault(site.app(), fault));
        unreadable.of(site, configuration, servers.of(site::isAt)).forEach(findings::notice);
      }
    }
  }

  /** Returns the reason why nginx could not listen for a site, which its test does not find. */
  private static Optional<Diagnostic> portConflict(
      Facts facts, Servers servers, VisitorCheck site) {
    Optional<Servers.PortConflict> found =
        servers.of(site::isAt).stream()
            .flatMap(server -> servers.portConflict(server).stream())
            .findFirst();
    // nginx keeps its sockets when it reloads
    if (found.isEmpty() || isOpenForIpv4(facts, found.get().port())) {
      return Optional.empty();
    }
    return found.map(conflict ->
        Diagnostic.error(
            "Port conflict in nginx",
            """
            The site of %1$s listens on %2$d, and the server at %3$s listens on [::]:%2$d with \
            ipv6only=off, which has the port for IPv4 too. nginx -t passes, but nginx cannot \
            have both. Remove ipv6only=off there, write "listen %2$d;" beside it, and restart \
            nginx. Until then %1$s stays as it is.\
            """
                .formatted(site.app(), conflict.port(), conflict.rival().place())));
  }

  private static boolean isOpenForIpv4(Facts facts, int port) {
    try {
      String sockets = facts.readText(IPV4_SOCKETS, MOST_BYTES);
      String listening = " [0-9A-F]{8}:%04X [0-9A-F]{8}:0000 0A ".formatted(port);
      return Pattern.compile(listening).matcher(sockets).find();
    } catch (HostException e) {
      return true; // unknown; the reload shows it
    }
  }

  /** The files that nginx reads after the plan is applied. */
  private record FutureSource(Facts facts, PlannedFiles files)
      implements ResolvedConfig.Source<HostException> {
    private static final int MOST_LINKS = 20;

    @Override
    public Optional<String> text(String path) throws HostException {
      String place = path;
      for (int links = 0; links < MOST_LINKS; links++) {
        Optional<String> target = files.linkMade(place);
        if (target.isEmpty()) {
          return textAt(place);
        }
        place = Path.of(place).resolveSibling(target.get()).normalize().toString();
      }
      return Optional.empty();
    }

    // A link that stays may lead to a file that changes.
    private Optional<String> textAt(String path) throws HostException {
      for (String place : List.of(path, facts.realPath(path).orElse(path))) {
        Optional<FileKind.Spec> made = files.made(place);
        if (made.isPresent()) {
          return made.map(FileKind.Spec::content)
              .filter(content -> !content.secret())
              .map(Content::text);
        }
        if (files.removes(place)) {
          return Optional.empty();
        }
      }
      return new LiveFiles(facts).text(path);
    }

    @Override
    public List<String> names(String folder) throws HostException {
      return List.copyOf(files.list(folder));
    }
  }
}
