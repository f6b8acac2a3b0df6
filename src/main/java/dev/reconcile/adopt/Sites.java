package dev.reconcile.adopt;

import dev.reconcile.adopt.Obstacles.Obstacle;
import dev.reconcile.model.Suggestion;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The sites of the apps, and the log formats that they need. */
final class Sites {
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(authorization|secret|password|token|api_?key).*");

  private final NginxTree tree;
  private final List<Service> services;
  private final Findings findings;
  private final Ownership ownership;
  private final Map<String, String> formats;

  Sites(NginxTree tree, List<Service> services, Set<String> listening, Findings findings) {
    this.tree = tree;
    this.services = services;
    this.findings = findings;
    this.ownership = new Ownership(tree, services, listening, findings);
    this.formats = takenFormats();
  }

  /** The log formats of the files that are taken over. */
  Map<String, String> formats() {
    return formats;
  }

  // Those that an app uses, and those that stand in a file with what is taken over.
  private Map<String, String> takenFormats() {
    Set<String> files = new TreeSet<>();
    Set<String> used = new HashSet<>();
    for (Service service : services) {
      for (Server server : ownership.of(service)) {
        files.add(server.file());
        server
            .directive()
            .all()
            .filter(d -> d.is("access_log") && d.words().size() > 2)
            .forEach(d -> used.add(d.words().get(2)));
      }
    }
    for (String file : tree.files()) {
      boolean needed =
          tree.file(file).stream()
              .anyMatch(d -> d.words().size() > 1 && used.contains(d.words().get(1)));
      needed |= file.endsWith("/reconcile-log-formats.conf");
      if (file.startsWith("/etc/nginx/conf.d/") && LogFormats.isAll(tree.file(file)) && needed) {
        files.add(file);
        findings.taken("", "its log formats: nginx.log_formats.", Place.of(file));
      }
    }
    return LogFormats.of(tree, files);
  }

  /** The sites by app; an app that is not among them has none in the tree. */
  Map<String, Site> all() {
    Map<String, Site> sites = new LinkedHashMap<>();
    for (Service service : services) {
      List<Server> servers = ownership.of(service);
      if (!servers.isEmpty()) {
        site(service, servers).ifPresent(site -> sites.put(service.name(), site));
        servers.forEach(server -> redirects(service, server));
        servers.forEach(server -> secrets(service, server));
      }
    }
    return sites;
  }

  private Optional<Site> site(Service service, List<Server> servers) {
    Findings noted = new Findings();
    SiteKeys.Reading reading = SiteKeys.read(tree, ownership, service, formats.keySet(), noted);
    if (reading.obstacle().isEmpty()) {
      findings.addAll(noted);
      findings.taken(service.name(), "its nginx site.", servers.getFirst().place());
      return Optional.of(new Site(reading.keys(), Optional.empty()));
    }
    Obstacle obstacle = reading.obstacle().get();
    Optional<String> text = new SiteTemplate(tree, ownership, service).text(servers);
    Map<String, Object> keys = new LinkedHashMap<>();
    Set<String> names = new TreeSet<>();
    servers.forEach(server -> names.addAll(server.names()));
    keys.put("server_name", List.copyOf(names));
    keys.put("template", service.name() + ".conf");
    if (text.isEmpty()) {
      findings.question(
          service.name(),
          "Its nginx site has \"{{\", which means something in a template: write the site by hand.",
          servers.getFirst().place());
      return Optional.empty();
    }
    findings.taken(
        service.name(),
        "its nginx site as it stands, as templates/"
            + service.name()
            + ".conf: keys are not enough, because "
            + obstacle.why()
            + ".",
        obstacle.place());
    return Optional.of(new Site(keys, text));
  }

  // What a site says goes into the tree as it stands.
  private void secrets(Service service, Server server) {
    server
        .directive()
        .all()
        .filter(d -> !d.isBlock() && SECRET.matcher(String.join(" ", d.words())).matches())
        .forEach(d ->
            findings.question(
                service.name(),
                Extra.title(d)
                    + " may hold a secret, and is in the tree as it stands: put it into a file"
                    + " of root's and include that.",
                Place.of(d)));
  }

  // A redirect to a name that is nearly one of the site's is a slip of the pen.
  private void redirects(Service service, Server server) {
    Set<String> known = new TreeSet<>();
    tree.servers().forEach(d -> known.addAll(Server.of(d, tree).names()));
    server
        .directive()
        .all()
        .filter(d -> d.is("return") && d.words().size() == 3)
        .forEach(d -> {
          String host = d.words().get(2).replaceFirst("^https?://", "").replaceFirst("[/$:].*", "");
          Optional<Suggestion> meant = Suggestion.nearest(host, known);
          if (!host.isEmpty() && !known.contains(host) && meant.isPresent()) {
            findings.question(
                service.name(),
                "It redirects to "
                    + host
                    + ", which no site here has. Did you mean "
                    + meant.get().word()
                    + "? The tree keeps it.",
                Place.of(d));
          }
        });
  }
}
