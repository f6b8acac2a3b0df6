// SPDX-License-Identifier: Apache-2.0
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
 * A classifier of the answers of a site. A gateway error (502, 503, 504), and an internal error of
 * nginx (500), is a failure of the site unless the app gives the same status at its own address, or
 * the site's own rules can produce it.
 */
final class AnswerClassifier {
  private static final String UNAVAILABLE = "503";

  private final ResolvedConfig configuration;
  private final UpstreamFailure upstreamFailure;

  AnswerClassifier(
      Facts facts,
      Optional<NginxProcess> process,
      NginxCommand command,
      ResolvedConfig configuration) {
    this.configuration = configuration;
    this.upstreamFailure = new UpstreamFailure(facts, process, command, configuration);
  }

  /** A request and its answer. */
  record Asked(ProbeRequest ask, ProbeRequest.Answer answer) {}

  /**
   * Determines the result for a visitor from all requests of a site.
   *
   * @param visit the check of the site
   * @param all the requests and their answers, at least one
   */
  VisitorResult classify(VisitorCheck visit, List<Asked> all) throws HostException {
    VisitorResult main = VisitorResult.notAsked("");
    boolean found = false;
    for (Asked asked : all) {
      VisitorResult result = classify(visit, asked.ask(), asked.answer());
      if (result.isBlocked()) {
        return result;
      }
      boolean proxies = proxies(asked.ask().server());
      main = proxies || !found ? result : main;
      found |= proxies;
    }
    return main;
  }

  private static boolean proxies(Server server) {
    return server.block().all().anyMatch(directive -> directive.is("proxy_pass"));
  }

  private VisitorResult classify(VisitorCheck visit, ProbeRequest ask, ProbeRequest.Answer answer)
      throws HostException {
    Optional<SiteFailure> failure = failure(visit, ask, answer);
    if (failure.isPresent()) {
      return VisitorResult.blocked(ask.url(), answer.status(), answer.millis(), failure.get());
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

  private Optional<SiteFailure> failure(
      VisitorCheck visit, ProbeRequest ask, ProbeRequest.Answer answer) throws HostException {
    if (!answer.certificate().isEmpty()
        && !ask.certificates().isEmpty()
        && !ask.certificates().contains(answer.certificate())) {
      return Optional.of(
          new SiteFailure(
              SiteFailure.Kind.OTHER_CERTIFICATE,
              true,
              """
              %s does not present the certificate of the site of %s. nginx still uses the \
              certificate that it read before the file was replaced.\
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
              %s gets the answer for an unknown name instead of the site of %s. The \
              configuration files have changed since nginx read them.\
              """
                  .formatted(ask.url(), visit.app()),
              "systemctl reload nginx.service"));
    }
    boolean isGateways = answer.own().isPresent();
    return isGateways
            && ask.route().isJudged()
            && !answer.isOfApp()
            && !mayGive(ask.server(), answer.status())
        ? Optional.of(upstreamFailure.of(visit, ask, answer))
        : Optional.empty();
  }

  /** Reports whether the server's own rules can produce this status. */
  private boolean mayGive(Server server, int status) {
    String text = Integer.toString(status);
    return Stream.concat(server.block().all(), configuration.http())
        .anyMatch(directive -> mayGive(directive, text));
  }

  private static boolean mayGive(Directive directive, String status) {
    List<String> words = directive.parameters();
    return switch (directive.name()) {
      case "return" -> !words.isEmpty() && words.getFirst().equals(status);
      case "limit_req", "limit_conn" -> status.equals(UNAVAILABLE);
      case "limit_req_status", "limit_conn_status" -> words.contains(status);
      // an error page for gateway errors hides them; it is not a rule of the site
      case "error_page" ->
          words.contains("=" + status) && !words.contains("502") && !words.contains("504");
      case "try_files" -> words.contains("=" + status);
      case "perl" -> true;
      default -> UpstreamTargets.isProgram(directive);
    };
  }
}
