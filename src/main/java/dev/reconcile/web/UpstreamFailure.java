// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalZone;
import dev.reconcile.host.LogTail;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The cause for which nginx does not reach an app, from nginx's error log and the permissions of
 * the app's socket.
 */
final class UpstreamFailure {
  private static final int MOST_BYTES = 1 << 16;
  private static final int SERVER_ERROR = 500;
  private static final String DEFAULT_LOG = "/var/log/nginx/error.log";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");
  private static final int TIME_LENGTH = "2026/07/01 12:00:00".length();
  private static final Duration RECENT = Duration.ofMinutes(1);
  private static final int CONNECT = 2; // write permission allows connect (unix(7))
  private static final int PASS = 1;
  private static final Pattern UPSTREAM = Pattern.compile("upstream: \"(https?://[^\"]*)\"");
  private static final String DENIED = "(13: Permission denied)";

  private final Facts facts;
  private final Optional<NginxProcess> process;
  private final NginxCommand command;
  private final ResolvedConfig configuration;

  UpstreamFailure(
      Facts facts,
      Optional<NginxProcess> process,
      NginxCommand command,
      ResolvedConfig configuration) {
    this.facts = facts;
    this.process = process;
    this.command = command;
    this.configuration = configuration;
  }

  SiteFailure of(VisitorCheck visit, ProbeRequest ask, ProbeRequest.Answer answer)
      throws HostException {
    String summary =
        "%s gives %s, while %s answers %s at %s. "
            .formatted(
                ask.url(),
                answer.status() == 0 ? answer.words() : answer.status(),
                visit.app(),
                answer.own().map(String::valueOf).orElse(""),
                visit.probe().address());
    if (answer.status() == SERVER_ERROR) {
      String cause =
          anything(ask).map(logLine -> "nginx says: " + shown(logLine) + ". ").orElse("");
      return failure(
          false,
          """
          %s%snginx answers itself, and does not hand the request to the app: a sub-request, a \
          rewrite or a file that the site names has failed.\
          """
              .formatted(summary, cause),
          "tail -n 20 " + log(ask).orElse(DEFAULT_LOG));
    }
    Optional<String> logged = logged(ask);
    Optional<String> line = logged.isPresent() ? logged : anything(ask);
    String upstream = line.map(UpstreamFailure::upstream).orElse("");
    boolean elsewhere = !upstream.isEmpty() && !leadsTo(upstream, visit.probe().address());
    String words = line.map(logLine -> "nginx says: " + shown(logLine) + ". ").orElse("");
    if (elsewhere) {
      return failure(
          false,
          """
          %sThe site leads to %s, but the app is not at that address. In a template, \
          proxy_pass must take the app's address from {{upstream}}.\
          """
              .formatted(summary + words, upstream),
          "grep -n proxy_pass " + visit.file());
    }
    if (isShut(visit) || line.filter(logLine -> logLine.contains(DENIED)).isPresent()) {
      return failure(true, summary + words + who(visit), mending(visit));
    }
    return failure(false, summary + words, "tail -n 20 " + log(ask).orElse(DEFAULT_LOG));
  }

  private static SiteFailure failure(boolean isOfHost, String detail, String command) {
    return new SiteFailure(SiteFailure.Kind.NOT_REACHED, isOfHost, detail.strip(), command);
  }

  private static String upstream(String line) {
    Matcher matcher = UPSTREAM.matcher(line);
    return matcher.find() ? matcher.group(1).replaceFirst("(unix:[^:]*):.*", "$1") : "";
  }

  private static boolean leadsTo(String upstream, String address) {
    return upstream
        .replaceFirst("https?://", "")
        .replace("unix:/var/run/", "unix:/run/")
        .replaceFirst("^([^/:]+:[0-9]+)/.*", "$1")
        .equals(address);
  }

  // "2026/07/01 12:00:00 [crit] 812#812: *7 connect() to … failed (…) while …, client: …"
  private static String shown(String line) {
    String words = line.replaceFirst("^.*?#[0-9]+: (\\*[0-9]+ )?", "");
    int client = words.indexOf(", client: ");
    return Diagnostic.shown(client < 0 ? words : words.substring(0, client));
  }

  private Optional<String> logged(ProbeRequest ask) throws HostException {
    return last(ask, line -> line.contains("upstream: \""));
  }

  private Optional<String> anything(ProbeRequest ask) throws HostException {
    return last(ask, line -> true);
  }

  /**
   * Reports whether nginx wrote a line in the minute before now. An older line is about an earlier
   * configuration.
   *
   * @param zone nginx's time zone, in which it writes the time
   */
  static boolean isRecent(String line, Instant now, ZoneId zone) {
    if (line.length() < TIME_LENGTH) {
      return false;
    }
    try {
      LocalDateTime written = LocalDateTime.parse(line.substring(0, TIME_LENGTH), TIME);
      return written.isAfter(LocalDateTime.ofInstant(now, zone).minus(RECENT));
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  // the last line about the request
  private Optional<String> last(ProbeRequest ask, Predicate<String> wanted) throws HostException {
    Optional<String> log = log(ask);
    Optional<ZoneId> zone = LocalZone.of(facts, NginxUnit.of(facts).timeZone());
    if (log.isEmpty() || zone.isEmpty()) {
      return Optional.empty();
    }
    Instant now = Instant.now();
    return LogTail.of(log.get(), MOST_BYTES)
        .lines()
        .filter(line -> wanted.test(line) && line.contains("host: \"" + ask.name()))
        .filter(line -> line.contains(" " + ask.route().path() + " HTTP/"))
        .filter(line -> isRecent(line, now, zone.get()))
        .reduce((earlier, later) -> later);
  }

  // The innermost error_log applies; if a level has several, any of them has the message.
  private Optional<String> log(ProbeRequest ask) {
    List<Directive> levels = new ArrayList<>();
    Stream.of(
            ask.server().block().all(),
            configuration.http(),
            Stream.concat(command.given().stream(), configuration.main()))
        .forEach(
            level -> level.filter(directive -> directive.is("error_log")).forEach(levels::add));
    Set<String> paths = new LinkedHashSet<>();
    levels.stream()
        .filter(directive -> !directive.parameters().isEmpty())
        .map(directive -> directive.parameters().getFirst())
        .filter(path -> !path.equals("stderr") && !path.contains(":"))
        .forEach(path -> paths.add(command.absolute(path)));
    return paths.stream().findFirst();
  }

  private Optional<String> socket(VisitorCheck visit) {
    String address = visit.probe().address();
    return address.startsWith("unix:")
        ? Optional.of(address.substring("unix:".length()))
        : Optional.empty();
  }

  /** Reports whether owner, group and mode deny nginx's workers access to the app's socket. */
  private boolean isShut(VisitorCheck visit) throws HostException {
    Optional<String> socket = socket(visit);
    if (socket.isEmpty() || process.isEmpty() || process.get().workers().isEmpty()) {
      return false;
    }
    NginxProcess.Worker worker = process.get().workers().getLast();
    for (String path = socket.get();
        !path.isEmpty();
        path = path.substring(0, path.lastIndexOf('/'))) {
      Optional<Stat> stat = facts.stat(path);
      int bits = path.equals(socket.get()) ? CONNECT : PASS;
      if (stat.isPresent() && !worker.may(stat.get(), bits)) {
        return true;
      }
    }
    return false;
  }

  private String who(VisitorCheck visit) throws HostException {
    WebUser user = WebUser.of(facts);
    return "nginx runs as %s:%s, which may not connect to %s."
        .formatted(user.user(), user.group(), socket(visit).orElse(visit.probe().address()));
  }

  // The next run gives the socket to nginx's user.
  private String mending(VisitorCheck visit) throws HostException {
    Optional<String> socket = socket(visit);
    return socket.isPresent() && isShut(visit)
        ? "systemctl reload nginx.service && reconcile apply"
        : "journalctl -k -n 50 | grep -iE 'denied|avc'";
  }
}
