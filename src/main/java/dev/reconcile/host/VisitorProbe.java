package dev.reconcile.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a web server as a visitor's browser does, with one request: by name, over TLS if need be. No
 * certificate is refused: who asks compares it with the one that should be shown. TLS, which takes
 * a JVM a while to set up, is touched only by who asks for it.
 */
public final class VisitorProbe {
  private VisitorProbe() {}

  /**
   * A question.
   *
   * @param address {@code unix:PATH}, {@code ADDRESS:PORT} or {@code [ADDRESS]:PORT}
   * @param isProxied whether the server wants to be told first who asks (the PROXY protocol)
   * @param name whom TLS asks for (SNI); empty for plain http
   * @param host the Host header
   * @param path the URL's path
   * @param limit how long it may take in all
   */
  public record Question(
      String address,
      boolean isProxied,
      Optional<String> name,
      String host,
      String path,
      Duration limit) {}

  /**
   * An answer.
   *
   * @param status the HTTP status; 0 if the connection was closed without an answer
   * @param head all lines of its head; nothing without an answer
   * @param certificate a digest of the certificate that was shown; empty for plain http
   */
  public record Answer(int status, String head, String certificate) {}

  /**
   * Asks.
   *
   * @throws java.net.ConnectException if nobody listens there
   * @throws IOException if there is no connection, no TLS, no answer in time, or no HTTP
   */
  public static Answer ask(Question question) throws IOException {
    String preface = question.isProxied() ? preface(question.address()) : "";
    String request = HttpProbe.request(question.path(), question.host(), "");
    if (question.name().isPresent()) {
      return TlsExchange.ask(question, preface, request, question.name().get());
    }
    return answer(
        HttpProbe.exchange(question.address(), preface + request, question.limit(), text -> false),
        "");
  }

  static Answer answer(String head, String certificate) throws IOException {
    return new Answer(head.isEmpty() ? 0 : HttpProbe.parse(head), head, certificate);
  }

  // the PROXY protocol, version 1, from this machine to itself
  private static String preface(String address) {
    if (address.startsWith("unix:")) {
      return "PROXY UNKNOWN\r\n";
    }
    int colon = address.lastIndexOf(':');
    String ip = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    String port = address.substring(colon + 1);
    return "PROXY "
        + (ip.contains(":") ? "TCP6 " : "TCP4 ")
        + ip
        + " "
        + ip
        + " 1024 "
        + port
        + "\r\n";
  }
}
