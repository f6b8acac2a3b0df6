package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Service;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The web server. */
final class NginxChecks {
  private static final String CONFIG = "/etc/nginx/nginx.conf";
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern INCLUDE =
      Pattern.compile("(?m)^[^#\\n]*\\binclude\\s+(/etc/nginx/)?sites-enabled/");
  private static final Pattern PLACE = Pattern.compile(" in (/\\S+):([0-9]+)");

  private NginxChecks() {}

  static List<Finding> installed(Evidence evidence) throws HostException {
    return isInstalled(evidence)
        ? List.of()
        : List.of(
            new Finding(
                "nginx is not installed",
                "Apps that have a site are served through it.",
                "apt-get install -y nginx"));
  }

  private static boolean isInstalled(Evidence evidence) throws HostException {
    return evidence.facts().program("nginx").isPresent();
  }

  static List<Finding> sitesIncluded(Evidence evidence) throws HostException {
    if (!isInstalled(evidence) || evidence.facts().stat(CONFIG).isEmpty()) {
      return List.of();
    }
    String text = text(evidence, CONFIG);
    for (String name : evidence.facts().list("/etc/nginx/conf.d")) {
      text += name.endsWith(".conf") ? "\n" + text(evidence, "/etc/nginx/conf.d/" + name) : "";
    }
    return INCLUDE.matcher(text).find()
        ? List.of()
        : List.of(
            new Finding(
                "nginx does not read sites-enabled",
                CONFIG
                    + " has no line \"include /etc/nginx/sites-enabled/*;\", so no site is there.",
                "sed -i 's|^\\( *\\)http *{|&\\n    include /etc/nginx/sites-enabled/*;|' "
                    + CONFIG
                    + " && systemctl reload-or-restart nginx.service"));
  }

  // What is no file, such as a link that leads nowhere, adds no line.
  private static String text(Evidence evidence, String path) throws HostException {
    return evidence.facts().text(path, MOST_BYTES).orElse("");
  }

  static List<Finding> accepted(Evidence evidence) throws HostException {
    String said = evidence.nginx();
    if (said.isEmpty() || said.contains("getpwnam") || said.contains("getgrnam")) {
      return List.of(); // its user is missing, which is a finding of its own
    }
    return List.of(new Finding("nginx refuses its configuration", said, mending(evidence, said)));
  }

  // What reconcile has written it puts right again; somebody else's file is for a person.
  private static String mending(Evidence evidence, String said) throws HostException {
    Matcher place = PLACE.matcher(said);
    if (!place.find()) {
      return "nginx -t";
    }
    String path = place.group(1);
    String real = evidence.facts().realPath(path).orElse(path);
    return evidence.memory().owns(new Address("file", real))
        ? "reconcile apply"
        : "editor +" + place.group(2) + " " + path;
  }

  static List<Finding> running(Evidence evidence) throws HostException {
    boolean hasSites =
        evidence.memory().owned().keySet().stream()
            .anyMatch(address -> address.name().startsWith("/etc/nginx/sites-enabled/"));
    boolean runs = evidence.unit("nginx.service").map(Service::running).orElse(false);
    return !isInstalled(evidence) || !hasSites || runs
        ? List.of()
        : List.of(
            new Finding(
                "nginx does not run",
                "The sites are there, and nobody serves them.",
                "systemctl start nginx.service"));
  }
}
