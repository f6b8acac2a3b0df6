// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpProbeTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path temp;

  /** A server that answers one connection with the same bytes, whatever it is asked. */
  private static final class Server implements AutoCloseable {
    private final ServerSocketChannel channel;
    private final CompletableFuture<String> request = new CompletableFuture<>();

    Server(ServerSocketChannel channel, SocketAddress address, String answer) throws IOException {
      this.channel = channel;
      channel.bind(address);
      Thread.ofVirtual().start(() -> serve(answer));
    }

    private void serve(String answer) {
      try (SocketChannel client = channel.accept()) {
        ByteBuffer bytes = ByteBuffer.allocate(4096);
        while (!new String(bytes.array(), 0, bytes.position(), US_ASCII).endsWith("\r\n\r\n")) {
          client.read(bytes);
        }
        request.complete(new String(bytes.array(), 0, bytes.position(), US_ASCII));
        for (String part : answer.split("(?<=\\|)", -1)) {
          client.write(ByteBuffer.wrap(part.replace("|", "").getBytes(US_ASCII)));
        }
      } catch (IOException e) {
        request.completeExceptionally(e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private Server unix(String answer) throws IOException {
    return new Server(
        ServerSocketChannel.open(StandardProtocolFamily.UNIX),
        UnixDomainSocketAddress.of(temp.resolve("s")),
        answer);
  }

  private int status() throws IOException {
    return HttpProbe.status("unix:" + temp.resolve("s"), "/health?x=1", "shop.example", LONG);
  }

  @Test
  void theStatusOfAUnixSocketsAnswer() throws Exception {
    try (Server server = unix("HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n")) {
      assertThat(status()).isEqualTo(204);
      assertThat(server.request.get())
          .startsWith("GET /health?x=1 HTTP/1.1\r\nHost: shop.example\r\n")
          .contains("\r\nConnection: close\r\n");
    }
  }

  @Test
  void theStatusOfAPortsAnswer() throws Exception {
    try (ServerSocketChannel channel = ServerSocketChannel.open();
        Server _ =
            new Server(
                channel,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "HTTP/1.0 503 Busy\r\n\r\n")) {
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      assertThat(HttpProbe.status("127.0.0.1:" + port, "/", "x", LONG)).isEqualTo(503);
    }
  }

  @Test
  void anAnswerInPiecesIsPutTogether() throws Exception {
    try (Server _ = unix("HT|TP/1.|1 2|00 O|K\r\n\r\n")) {
      assertThat(status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 301 Moved~Server: x~LOCATION:  /cata|log/ ~~, 301, /catalog/",
    "HTTP/1.1 302 Found~location: https://a.example~, 302, https://a.example",
    "HTTP/1.1 304 Not Modified~~, 304, ''",
    "HTTP/1.1 200 OK~Location: /x~~, 200, ''",
    "HTTP/1.1 301, 301, ''",
  })
  void aRedirectSaysWhereItLeads(String answer, int status, String location) throws Exception {
    try (Server _ = unix(answer.replace("~", "\r\n"))) {
      assertThat(HttpProbe.ask("unix:" + temp.resolve("s"), "/", "x", LONG))
          .isEqualTo(new HttpProbe.Answer(status, location));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', closed without an answer",
    "SSH-2.0-OpenSSH_9.6, not an HTTP answer",
    "HTTP/1.1 abc, not an HTTP answer",
    "HTTP/1.1, not an HTTP answer",
  })
  void whatIsNoHttpIsSaid(String answer, String message) throws Exception {
    try (Server _ = unix(answer)) {
      assertThatThrownBy(this::status)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(message);
    }
  }

  @Test
  void nobodyThereIsAFailure() {
    assertThatThrownBy(this::status).isInstanceOf(IOException.class);
  }

  @Test
  void silenceEndsWithTheTimeAllowed() throws Exception {
    try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.bind(UnixDomainSocketAddress.of(temp.resolve("s")));

      assertThatThrownBy(
              () -> HttpProbe.status("unix:" + temp.resolve("s"), "/", "x", Duration.ofMillis(50)))
          .hasMessageContaining("no answer in time");
    }
  }

  @Test
  void aFullBacklogEndsWithinTheTimeAllowed() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(temp.resolve("s"));
    List<SocketChannel> waiting = new ArrayList<>();
    try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      busy.bind(address, 1);
      for (int i = 0; i < 5; i++) {
        SocketChannel one = SocketChannel.open(StandardProtocolFamily.UNIX);
        waiting.add(one);
        one.configureBlocking(false);
        try {
          one.connect(address);
        } catch (IOException e) {
          break; // full
        }
      }
      assertThat(waiting).hasSizeLessThan(5);

      assertTimeoutPreemptively(
          Duration.ofSeconds(10),
          () -> assertThatThrownBy(this::status).isInstanceOf(IOException.class));
    } finally {
      for (SocketChannel one : waiting) {
        one.close();
      }
    }
  }
}
