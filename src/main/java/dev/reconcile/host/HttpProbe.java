// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** An HTTP/1.1 request to an app at its own address, without nginx (RFC 9112). */
public final class HttpProbe {
  /** The message of the exception after the time limit. */
  public static final String LATE = "no answer in time";

  private static final int STATUS_LINE = 64;
  private static final int STATUS = "HTTP/1.1 ".length();
  private static final String REDIRECT = "3";

  /** The maximum size of an answer's head, in bytes. */
  static final int MOST_HEAD = 1 << 14;

  /** The end of an answer's head. */
  static final String END_OF_HEAD = "\r\n\r\n";

  private HttpProbe() {}

  /**
   * Sends {@code GET path} and returns the status of the answer.
   *
   * @param address {@code unix:PATH} or {@code HOST:PORT}
   * @param path the path of the URL
   * @param host the value of the Host header
   * @param limit the time limit for the whole exchange
   * @throws IOException if there is no connection, no answer in time, or no HTTP
   */
  public static int status(String address, String path, String host, Duration limit)
      throws IOException {
    return ask(address, path, host, limit).status();
  }

  /**
   * The answer of an app.
   *
   * @param status the HTTP status
   * @param location the target of a redirect; empty for another answer
   */
  public record Answer(int status, String location) {
    /** Reports whether the answer is a redirect. */
    public boolean isRedirect() {
      return !location.isEmpty();
    }
  }

  /**
   * Sends {@code GET path} and returns the answer; the parameters are those of {@link #status}.
   *
   * @throws IOException if there is no connection, no answer in time, or no HTTP
   */
  public static Answer ask(String address, String path, String host, Duration limit)
      throws IOException {
    String request = request(path, host, "X-Forwarded-Proto: https\r\n");
    // more than the status line is needed only for a redirect
    String head =
        exchange(
            address,
            request,
            limit,
            text -> text.length() >= STATUS_LINE && !text.startsWith(REDIRECT, STATUS));
    return new Answer(parse(head), location(head));
  }

  private static String location(String head) {
    return head.lines()
        .filter(line -> head.startsWith(REDIRECT, STATUS))
        .filter(line -> line.regionMatches(true, 0, "location:", 0, 9))
        .map(line -> line.substring(9).strip())
        .findFirst()
        .orElse("");
  }

  /**
   * Sends {@code GET path} and returns the whole head of the answer, the status in the first line;
   * empty without an answer.
   */
  public static String head(String address, String path, String host, Duration limit)
      throws IOException {
    String request = request(path, host, "X-Forwarded-Proto: https\r\n");
    return exchange(address, request, limit, text -> false);
  }

  /** Formats a request. */
  static String request(String path, String host, String more) {
    String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
    return request + "User-Agent: reconcile\r\n" + more + "Connection: close\r\n\r\n";
  }

  /**
   * Sends a request over a new connection and returns the head of the answer; empty if the
   * connection is closed without one.
   *
   * @param isEnough whether the text received so far is sufficient
   * @throws ConnectException if no process listens at the address
   * @throws IOException if there is no connection, or no answer in time
   */
  static String exchange(String address, String request, Duration limit, Predicate<String> isEnough)
      throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    boolean unix = address.startsWith("unix:");
    try (SocketChannel channel =
            unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false); // a blocking connect(2) would hang on a full backlog
      connect(
          channel,
          unix ? UnixDomainSocketAddress.of(address.substring(5)) : tcp(address),
          selector,
          end);
      send(channel, request);
      channel.register(selector, SelectionKey.OP_READ);
      return receive(channel, selector, end, isEnough);
    }
  }

  private static void connect(
      SocketChannel channel, SocketAddress address, Selector selector, long end)
      throws IOException {
    if (channel.connect(address)) {
      return;
    }
    channel.register(selector, SelectionKey.OP_CONNECT);
    await(selector, end);
    channel.finishConnect();
  }

  private static void await(Selector selector, long end) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0 || selector.select(left) == 0) {
      throw new IOException(LATE);
    }
    selector.selectedKeys().clear();
  }

  static InetSocketAddress tcp(String address) {
    int colon = address.lastIndexOf(':');
    return new InetSocketAddress(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  private static void send(SocketChannel channel, String request) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        throw new IOException("the request is not taken");
      }
    }
  }

  private static String receive(
      SocketChannel channel, Selector selector, long end, Predicate<String> isEnough)
      throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(MOST_HEAD);
    String text = "";
    while (answer.hasRemaining() && !text.contains(END_OF_HEAD) && !isEnough.test(text)) {
      await(selector, end);
      if (channel.read(answer) < 0) {
        break;
      }
      text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
    }
    return text;
  }

  /** Parses the status at the beginning of an answer. */
  static int parse(String answer) throws IOException {
    if (answer.length() < 12 || !answer.startsWith("HTTP/1.")) {
      throw new IOException(
          answer.isEmpty() ? "the connection was closed without an answer" : "not an HTTP answer");
    }
    try {
      return Integer.parseInt(answer.substring(STATUS, 12));
    } catch (NumberFormatException e) {
      throw new IOException("not an HTTP answer", e);
    }
  }
}
