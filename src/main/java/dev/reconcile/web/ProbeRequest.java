// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.HttpProbe;
import dev.reconcile.host.VisitorProbe;
import dev.reconcile.host.VisitorProbe.Question;
import dev.reconcile.model.Step.Probe;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.Server;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A request to a server of a site that, according to nginx's files, must answer it.
 *
 * @param server the server that must answer
 * @param endpoint the endpoint on which nginx listens for the request
 * @param address the address of this machine to connect to
 * @param manner how nginx listens on the endpoint
 * @param name the requested host name
 * @param isDefault whether this server also answers requests for unknown names on the endpoint
 * @param certificates the digests of the certificates that the server may present; empty if unknown
 * @param probe the app's health check
 * @param route the requested path
 */
record ProbeRequest(
    Server server,
    Endpoint endpoint,
    String address,
    Server.Listen manner,
    String name,
    boolean isDefault,
    Set<String> certificates,
    Probe probe,
    AppRoute route) {
  /** A name that no server has (RFC 2606). */
  static final String NOBODY = "reconcile-visitor.invalid";

  private static final int BAD_REQUEST = 400;
  private static final int SERVER_ERROR = 500;
  private static final int BAD_GATEWAY = 502;
  private static final int TIMEOUT = 504;

  ProbeRequest {
    certificates = Set.copyOf(certificates);
  }

  /**
   * The outcome of the request.
   *
   * @param status the HTTP status; 0 without an answer
   * @param millis the duration, in milliseconds
   * @param certificate the digest of the presented certificate; empty without one
   * @param refused whether the connection was refused
   * @param words the reason why there is no answer; empty if there is one
   * @param own the status that the app gives at its own address, 0 for none; requested only if the
   *     answer may come from nginx or the app
   * @param isNobodys whether a request for an unknown name gets the same answer and the app gives
   *     another; requested only if nginx may have loaded an older configuration
   */
  record Answer(
      int status,
      long millis,
      String certificate,
      boolean refused,
      String words,
      Optional<Integer> own,
      boolean isNobodys) {
    /** Reports whether the app gives the same status, or no answer, at its own address. */
    boolean isOfApp() {
      return own.isPresent() && (own.get() == status || own.get() == 0);
    }
  }

  /** Returns the URL as a visitor types it. */
  String url() {
    return (manner.isSsl() ? "https://" : "http://") + host() + route.path();
  }

  private String host() {
    int usual = manner.isSsl() ? 443 : 80;
    boolean plain = endpoint.port() == usual || endpoint.port() == 0;
    return plain ? name : name + ":" + endpoint.port();
  }

  /**
   * Sends the request. It uses only the network, so requests can run in parallel.
   *
   * @param limit the time limit for each exchange
   * @param inDoubt whether nginx may have loaded a configuration that differs from its files
   */
  Answer answer(Duration limit, boolean inDoubt) {
    long began = System.nanoTime();
    try {
      VisitorProbe.Answer answer = VisitorProbe.ask(question(name, limit));
      boolean open =
          answer.status() == SERVER_ERROR
              || (answer.status() >= BAD_GATEWAY && answer.status() <= TIMEOUT);
      long millis = since(began);
      return new Answer(
          answer.status(),
          millis,
          isIp() ? "" : answer.certificate(),
          false,
          answer.status() == 0 ? "the connection is closed without an answer" : "",
          open ? Optional.of(ofApp(probe.path(), probe.host(), limit)) : Optional.empty(),
          inDoubt && !isDefault && AnswerSignature.tells(answer) && isNobodys(answer, limit));
    } catch (ConnectException e) {
      return failed(began, true, String.valueOf(e.getMessage()), Optional.empty());
    } catch (IOException e) {
      String words = String.valueOf(e.getMessage());
      boolean isLate = words.equals(HttpProbe.LATE);
      return failed(began, false, words, isLate ? page(limit) : Optional.empty());
    }
  }

  private static Answer failed(long began, boolean refused, String words, Optional<Integer> own) {
    return new Answer(0, since(began), "", refused, words, own, false);
  }

  // The status of the same page at the app's own address, if the app has the page and is not as
  // slow as nginx.
  private Optional<Integer> page(Duration limit) {
    return Optional.of(ofApp(route.path(), name, limit))
        .filter(status -> status > 0 && status < BAD_REQUEST);
  }

  private Question question(String whom, Duration limit) {
    return new Question(
        address,
        manner.isProxied(),
        manner.isSsl() ? Optional.of(isIp() ? "" : whom) : Optional.empty(),
        host().replace(name, whom),
        route.path(),
        limit);
  }

  private boolean isNobodys(VisitorProbe.Answer answer, Duration limit) {
    try {
      VisitorProbe.Answer other = VisitorProbe.ask(question(NOBODY, limit));
      String own = HttpProbe.head(probe.address(), probe.path(), probe.host(), limit);
      return AnswerSignature.of(answer.head()).equals(AnswerSignature.of(other.head()))
          && !own.isEmpty()
          && !AnswerSignature.of(own).isNearlyAs(AnswerSignature.of(answer.head()));
    } catch (IOException e) {
      return false;
    }
  }

  private static long since(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }

  // the status at the app's own address; 0 without an answer
  private int ofApp(String path, String host, Duration limit) {
    try {
      return HttpProbe.status(probe.address(), path, host, limit);
    } catch (IOException e) {
      return 0;
    }
  }

  // TLS sends only names (SNI), so a request for an IP address gets any certificate.
  private boolean isIp() {
    return name.matches("[0-9.]+|\\[.*\\]");
  }
}
