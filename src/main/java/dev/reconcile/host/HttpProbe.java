package dev.reconcile.host;

import java.io.IOException;
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

/** Asks an app over its own address, past nginx: one HTTP/1.1 request, one status (RFC 9112). */
public final class HttpProbe {
  private static final int STATUS_LINE = 64;
  private static final int MOST_HEADERS = 16 << 10;

  private HttpProbe() {}

  /**
   * The status of the answer to {@code GET path}.
   *
   * @param address {@code unix:PATH} or {@code HOST:PORT}
   * @param path the URL's path
   * @param host the Host header
   * @param limit how long it may take in all
   * @throws IOException if there is no connection, no answer in time, or no HTTP
   */
  public static int status(String address, String path, String host, Duration limit)
      throws IOException {
    return ask(address, path, host, limit).status();
  }

  /**
   * What an app answers.
   *
   * @param status the status
   * @param location where a redirect leads; empty if it is none
   */
  public record Answer(int status, String location) {
    /** Whether it sends whoever asks to another page. */
    public boolean isRedirect() {
      return !location.isEmpty();
    }
  }

  /**
   * The answer to {@code GET path}; parameters as for {@link #status}.
   *
   * @throws IOException if there is no connection, no answer in time, or no HTTP
   */
  public static Answer ask(String address, String path, String host, Duration limit)
      throws IOException {
    long end = System.nanoTime() + limit.toNanos();
    boolean unix = address.startsWith("unix:");
    try (SocketChannel channel =
            unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        Selector selector = Selector.open()) {
      channel.configureBlocking(false); // a full backlog would hold a connect(2) for ever
      connect(
          channel,
          unix ? UnixDomainSocketAddress.of(address.substring(5)) : tcp(address),
          selector,
          end);
      send(channel, path, host);
      channel.register(selector, SelectionKey.OP_READ);
      String answer = receive(channel, selector, end);
      return new Answer(parse(answer), location(answer, channel, selector, end));
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
      throw new IOException("no answer in time");
    }
    selector.selectedKeys().clear();
  }

  private static SocketAddress tcp(String address) {
    int colon = address.lastIndexOf(':');
    return new InetSocketAddress(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  private static void send(SocketChannel channel, String path, String host) throws IOException {
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: reconcile\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n";
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        throw new IOException("the request is not taken");
      }
    }
  }

  private static String receive(SocketChannel channel, Selector selector, long end)
      throws IOException {
    ByteBuffer answer = ByteBuffer.allocate(STATUS_LINE);
    while (answer.hasRemaining()) {
      await(selector, end);
      if (channel.read(answer) < 0) {
        break;
      }
    }
    return new String(answer.array(), 0, answer.position(), StandardCharsets.US_ASCII);
  }

  // The headers of a redirect, as far as there are any; they are not waited for any longer.
  private static String location(String begun, SocketChannel channel, Selector selector, long end)
      throws IOException {
    if (!begun.startsWith("3", 9)) {
      return "";
    }
    ByteBuffer more = ByteBuffer.allocate(MOST_HEADERS);
    StringBuilder headers = new StringBuilder(begun);
    while (more.hasRemaining() && headers.indexOf("\r\n\r\n") < 0) {
      await(selector, end);
      int start = more.position();
      if (channel.read(more) < 0) {
        break;
      }
      headers.append(
          new String(more.array(), start, more.position() - start, StandardCharsets.ISO_8859_1));
    }
    return headers
        .toString()
        .lines()
        .filter(line -> line.regionMatches(true, 0, "location:", 0, 9))
        .map(line -> line.substring(9).strip())
        .findFirst()
        .orElse("");
  }

  private static int parse(String answer) throws IOException {
    if (answer.length() < 12 || !answer.startsWith("HTTP/1.")) {
      throw new IOException(
          answer.isEmpty() ? "the connection was closed without an answer" : "not an HTTP answer");
    }
    try {
      return Integer.parseInt(answer.substring(9, 12));
    } catch (NumberFormatException e) {
      throw new IOException("not an HTTP answer", e);
    }
  }
}
