package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.model.Visit;
import dev.reconcile.nginx.Configuration;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.Server;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges answers. An answer of the gateway's (502, 503, 504) is an obstacle unless the app gives
 * the same at its own address, or the site's own rules may give it.
 */
final class Judge {
  private static final String UNAVAILABLE = "503";

  private final Configuration configuration;
  private final UpstreamTrouble trouble;

  Judge(
      Facts facts,
      Optional<NginxProcess> process,
      NginxCommand command,
      Configuration configuration) {
    this.configuration = configuration;
    this.trouble = new UpstreamTrouble(facts, process, command, configuration);
  }

  /** A question and its answer. */
  record Asked(Ask ask, Ask.Answer answer) {}

  /**
   * What a visitor gets.
   *
   * @param visit the site
   * @param all what was asked, at least one question
   */
  Reception judge(Visit visit, List<Asked> all) throws HostException {
    Reception main = Reception.notAsked("");
    boolean found = false;
    for (Asked asked : all) {
      Reception one = judge(visit, asked.ask(), asked.answer());
      if (one.isBlocked()) {
        return one;
      }
      boolean proxies = proxies(asked.ask().server());
      main = proxies || !found ? one : main;
      found |= proxies;
    }
    return main;
  }

  private static boolean proxies(Server server) {
    return server.block().all().anyMatch(one -> one.is("proxy_pass"));
  }

  private Reception judge(Visit visit, Ask ask, Ask.Answer answer) throws HostException {
    Optional<Obstacle> obstacle = obstacle(visit, ask, answer);
    if (obstacle.isPresent()) {
      return Reception.blocked(ask.url(), answer.status(), answer.millis(), obstacle.get());
    }
    boolean appIsSilent = answer.own().isPresent() && answer.own().get() == 0;
    boolean isClosed = answer.status() == 0 && answer.words().startsWith("the connection is");
    Reception.State state =
        appIsSilent || (answer.status() == 0 && !isClosed)
            ? Reception.State.UNKNOWN
            : Reception.State.SERVED;
    return new Reception(
        state,
        ask.url(),
        answer.status(),
        answer.millis(),
        appIsSilent ? "the app does not answer at its own address" : answer.words(),
        Optional.empty());
  }

  private Optional<Obstacle> obstacle(Visit visit, Ask ask, Ask.Answer answer)
      throws HostException {
    if (!answer.certificate().isEmpty()
        && !ask.certificates().isEmpty()
        && !ask.certificates().contains(answer.certificate())) {
      return Optional.of(
          new Obstacle(
              Obstacle.Kind.OTHER_CERTIFICATE,
              true,
              ask.url()
                  + " does not show the certificate that the site of "
                  + visit.app()
                  + " names: nginx has read its files before they were exchanged.",
              "systemctl reload nginx.service"));
    }
    if (answer.isNobodys()) {
      return Optional.of(
          new Obstacle(
              Obstacle.Kind.OLD_FILES,
              true,
              ask.url()
                  + " is answered like a name that nobody has, and not by the site of "
                  + visit.app()
                  + ": nginx's files have changed since it read them.",
              "systemctl reload nginx.service"));
    }
    boolean isGateways = answer.own().isPresent();
    return isGateways && !answer.isOfApp() && !mayGive(ask.server(), answer.status())
        ? Optional.of(trouble.of(visit, ask, answer))
        : Optional.empty();
  }

  /** Whether the server's own rules may give this status. */
  private boolean mayGive(Server server, int status) {
    String text = Integer.toString(status);
    return Stream.concat(server.block().all(), configuration.http())
        .anyMatch(one -> mayGive(one, text));
  }

  private static boolean mayGive(Directive one, String status) {
    List<String> words = one.parameters();
    return switch (one.name()) {
      case "return" -> !words.isEmpty() && words.getFirst().equals(status);
      case "limit_req", "limit_conn" -> status.equals(UNAVAILABLE);
      case "limit_req_status", "limit_conn_status" -> words.contains(status);
      // a page for what the gateway gives hides it, and is no rule
      case "error_page" ->
          words.contains("=" + status) && !words.contains("502") && !words.contains("504");
      case "try_files" -> words.contains("=" + status);
      case "perl" -> true;
      default -> one.name().contains("_by_lua") || one.name().startsWith("js_");
    };
  }
}
