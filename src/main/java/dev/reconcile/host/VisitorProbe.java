// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * A request to a web server as a visitor's browser sends it, by name and over TLS if necessary.
 * Every certificate is accepted; the caller compares it with the expected one. TLS, which the JVM
 * needs time to initialise, is used only for requests that need it.
 */
public final class VisitorProbe {
  private VisitorProbe() {}

  /**
   * A request.
   *
   * @param address {@code unix:PATH}, {@code ADDRESS:PORT} or {@code [ADDRESS]:PORT}
   * @param isProxied whether the server expects a PROXY protocol header first
   * @param name the server name for TLS (SNI); empty for plain HTTP
   * @param host the value of the Host header
   * @param path the path of the URL
   * @param limit the time limit for the whole exchange
   */
  public record Question(
      String address,
      boolean isProxied,
      Optional<String> name,
      String host,
      String path,
      Duration limit) {}

  /**
   * The answer to a request.
   *
   * @param status the HTTP status; 0 if the connection was closed without an answer
   * @param head all lines of the answer's head; empty without an answer
   * @param certificate the digest of the presented certificate; empty for plain HTTP
   */
  public record Answer(int status, String head, String certificate) {}

  /**
   * Sends a request.
   *
   * @throws java.net.ConnectException if no process listens at the address
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

  // a PROXY protocol header, version 1, from this machine to itself
  private static String preface(String address) {
    if (address.startsWith("unix:")) {
      return "PROXY UNKNOWN\r\n";
    }
    int colon = address.lastIndexOf(':');
    String ip = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    String port = address.substring(colon + 1);
    String family = ip.contains(":") ? "TCP6" : "TCP4";
    return String.join(" ", "PROXY", family, ip, ip, "1024", port) + "\r\n";
  }
}
