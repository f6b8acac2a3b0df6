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
 * One question to one of a site's servers, which its files say is the one that answers.
 *
 * @param server that one
 * @param endpoint where nginx listens for it
 * @param address where it is asked: one of this machine's own
 * @param manner how nginx listens there
 * @param name whom it is asked for
 * @param isDefault whether this server answers there for names that nobody has
 * @param certificates digests of the certificates that may be shown; empty if that is not known
 * @param probe the app's own question
 * @param route what is asked for of the site
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
  /** A name that nobody has (RFC 2606). */
  static final String NOBODY = "reconcile-visitor.invalid";

  private static final int BAD_GATEWAY = 502;
  private static final int TIMEOUT = 504;

  ProbeRequest {
    certificates = Set.copyOf(certificates);
  }

  /**
   * What came back.
   *
   * @param status the HTTP status; 0 if there was none
   * @param millis how long it took
   * @param certificate a digest of the one that was shown; empty if none was
   * @param refused whether nobody listened
   * @param words what came instead of an answer; empty after one
   * @param own what the app answers at its own address; asked only if the answer leaves open who
   *     gave it
   * @param isNobodys whether a name that nobody has is answered in the same way, and the app
   *     answers in another; asked only if it is in doubt what nginx has in memory
   */
  record Answer(
      int status,
      long millis,
      String certificate,
      boolean refused,
      String words,
      Optional<Integer> own,
      boolean isNobodys) {
    /** Whether the app does not answer at its own address either. */
    boolean isOfApp() {
      return own.isPresent() && (own.get() == status || own.get() == 0);
    }
  }

  /** The address as a visitor types it. */
  String url() {
    return (manner.isSsl() ? "https://" : "http://") + host() + route.path();
  }

  private String host() {
    int usual = manner.isSsl() ? 443 : 80;
    boolean plain = endpoint.port() == usual || endpoint.port() == 0;
    return plain ? name : name + ":" + endpoint.port();
  }

  /**
   * Asks. Nothing but the network is touched, so many can be asked at once.
   *
   * @param limit how long an answer may take
   * @param inDoubt whether nginx may have another configuration in memory than its files have
   */
  Answer answer(Duration limit, boolean inDoubt) {
    long began = System.nanoTime();
    try {
      VisitorProbe.Answer answer = VisitorProbe.ask(question(name, limit));
      boolean open = answer.status() >= BAD_GATEWAY && answer.status() <= TIMEOUT;
      long millis = since(began);
      return new Answer(
          answer.status(),
          millis,
          isIp() ? "" : answer.certificate(),
          false,
          answer.status() == 0 ? "the connection is closed without an answer" : "",
          open ? Optional.of(own(limit)) : Optional.empty(),
          inDoubt && !isDefault && AnswerSignature.tells(answer) && isNobodys(answer, limit));
    } catch (ConnectException e) {
      return failed(began, true, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(began, false, String.valueOf(e.getMessage()));
    }
  }

  private static Answer failed(long began, boolean refused, String words) {
    return new Answer(0, since(began), "", refused, words, Optional.empty(), false);
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

  private int own(Duration limit) {
    try {
      return HttpProbe.status(probe.address(), probe.path(), probe.host(), limit);
    } catch (IOException e) {
      return 0;
    }
  }

  // TLS asks for names alone: a server that is called by its address shows whatever it has
  private boolean isIp() {
    return name.matches("[0-9.]+|\\[.*\\]");
  }
}
