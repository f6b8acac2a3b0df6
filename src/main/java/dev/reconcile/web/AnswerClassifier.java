package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Judges answers. An answer of the gateway's (502, 503, 504) is an obstacle unless the app gives
 * the same at its own address, or the site's own rules may give it.
 */
final class AnswerClassifier {
  private static final String UNAVAILABLE = "503";

  private final ResolvedConfig configuration;
  private final UpstreamTrouble trouble;

  AnswerClassifier(
      Facts facts,
      Optional<NginxProcess> process,
      NginxCommand command,
      ResolvedConfig configuration) {
    this.configuration = configuration;
    this.trouble = new UpstreamTrouble(facts, process, command, configuration);
  }

  /** A question and its answer. */
  record Asked(ProbeRequest ask, ProbeRequest.Answer answer) {}

  /**
   * What a visitor gets.
   *
   * @param visit the site
   * @param all what was asked, at least one question
   */
  VisitorResult judge(VisitorCheck visit, List<Asked> all) throws HostException {
    VisitorResult main = VisitorResult.notAsked("");
    boolean found = false;
    for (Asked asked : all) {
      VisitorResult one = judge(visit, asked.ask(), asked.answer());
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

  private VisitorResult judge(VisitorCheck visit, ProbeRequest ask, ProbeRequest.Answer answer)
      throws HostException {
    Optional<SiteFailure> obstacle = obstacle(visit, ask, answer);
    if (obstacle.isPresent()) {
      return VisitorResult.blocked(ask.url(), answer.status(), answer.millis(), obstacle.get());
    }
    boolean appIsSilent = answer.own().isPresent() && answer.own().get() == 0;
    boolean isClosed = answer.status() == 0 && answer.words().startsWith("the connection is");
    VisitorResult.State state =
        appIsSilent || (answer.status() == 0 && !isClosed)
            ? VisitorResult.State.UNKNOWN
            : VisitorResult.State.SERVED;
    return new VisitorResult(
        state,
        ask.url(),
        answer.status(),
        answer.millis(),
        appIsSilent ? "the app does not answer at its own address" : answer.words(),
        Optional.empty());
  }

  private Optional<SiteFailure> obstacle(
      VisitorCheck visit, ProbeRequest ask, ProbeRequest.Answer answer) throws HostException {
    if (!answer.certificate().isEmpty()
        && !ask.certificates().isEmpty()
        && !ask.certificates().contains(answer.certificate())) {
      return Optional.of(
          new SiteFailure(
              SiteFailure.Kind.OTHER_CERTIFICATE,
              true,
              """
              %s does not show the certificate that the site of %s names: nginx has \
              read its files before they were exchanged.\
              """
                  .formatted(ask.url(), visit.app()),
              "systemctl reload nginx.service"));
    }
    if (answer.isNobodys()) {
      return Optional.of(
          new SiteFailure(
              SiteFailure.Kind.OLD_FILES,
              true,
              """
              %s is answered like a name that nobody has, and not by the site of %s: \
              nginx's files have changed since it read them.\
              """
                  .formatted(ask.url(), visit.app()),
              "systemctl reload nginx.service"));
    }
    boolean isGateways = answer.own().isPresent();
    return isGateways
            && ask.route().isJudged()
            && !answer.isOfApp()
            && !mayGive(ask.server(), answer.status())
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
