// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.host.VisitorProbe.Answer;
import dev.reconcile.host.VisitorProbe.Question;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** A web server as a visitor sees it: plain, behind a proxy's header, and over TLS. */
final class VisitorProbeTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final SelfSigned PAIR =
      SelfSigned.of(
          List.of("shop.example"), Instant.parse("2026-01-01T00:00:00Z"), Duration.ofDays(9000));

  /** A server of one connection. */
  private static final class Server implements AutoCloseable {
    private final ServerSocket socket;
    private final CompletableFuture<String> request = new CompletableFuture<>();
    private final CompletableFuture<String> name = new CompletableFuture<>();

    Server(int preface, boolean tls, String answer) throws IOException {
      socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(() -> serve(preface, tls, answer));
    }

    private void serve(int preface, boolean tls, String answer) {
      try (Socket plain = socket.accept()) {
        String before = new String(plain.getInputStream().readNBytes(preface), US_ASCII);
        Socket client = plain;
        if (tls) {
          SSLSocket secure =
              (SSLSocket) context().getSocketFactory().createSocket(plain, null, true);
          secure.startHandshake();
          name.complete(
              ((ExtendedSSLSession) secure.getSession()).getRequestedServerNames().toString());
          client = secure;
        }
        StringBuilder text = new StringBuilder(before);
        while (!text.toString().endsWith("\r\n\r\n")) {
          text.append((char) client.getInputStream().read());
        }
        request.complete(text.toString());
        client.getOutputStream().write(answer.getBytes(US_ASCII));
        client.close();
      } catch (IOException | GeneralSecurityException e) {
        request.completeExceptionally(e);
      }
    }

    Answer asked(boolean proxied, Optional<String> sni) throws IOException {
      return VisitorProbe.ask(
          new Question(
              "127.0.0.1:" + socket.getLocalPort(), proxied, sni, "shop.example", "/a?b", LONG));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static SSLContext context() throws GeneralSecurityException, IOException {
    String key = PAIR.key().text().replaceAll("-----.*?-----|\\s", "");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "one",
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
        new char[0],
        new Certificate[] {
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(PAIR.certificate().bytes()))
        });
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Test
  void plainHttp() throws Exception {
    try (Server server = new Server(0, false, "HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\nbody")) {
      Answer answer = server.asked(false, Optional.empty());
      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.head()).contains("Location: /x");
      assertThat(answer.certificate()).isEmpty();
      assertThat(server.request.get())
          .startsWith("GET /a?b HTTP/1.1\r\nHost: shop.example\r\n")
          .doesNotContain("X-Forwarded");
    }
  }

  @Test
  void closedWithoutAWord() throws Exception {
    try (Server server = new Server(0, false, "")) {
      assertThat(server.asked(false, Optional.empty()).status()).isZero();
    }
    try (Server server = new Server(0, true, "")) {
      assertThat(server.asked(false, Optional.of("shop.example")).status()).isZero();
    }
  }

  @Test
  void proxyProtocolGoesFirst() throws Exception {
    int length = "PROXY TCP4 127.0.0.1 127.0.0.1 1024 12345\r\n".length();
    try (Server server = new Server(length, false, "HTTP/1.1 200 OK\r\n\r\n")) {
      int port = server.socket.getLocalPort();
      assertThat(server.asked(true, Optional.empty()).status()).isEqualTo(200);
      assertThat(server.request.get())
          .startsWith("PROXY TCP4 127.0.0.1 127.0.0.1 1024 " + port + "\r\nGET /a?b");
    }
    try (Server server = new Server(length, true, "HTTP/1.1 200 OK\r\n\r\n")) {
      assertThat(server.asked(true, Optional.of("shop.example")).status()).isEqualTo(200);
      assertThat(server.request.get()).startsWith("PROXY TCP4 ");
    }
  }

  @Test
  void certificateIsToldApart() throws Exception {
    for (String name : List.of("shop.example", "shop", "")) {
      try (Server server = new Server(0, true, "HTTP/1.1 200 OK\r\n\r\n")) {
        Answer answer = server.asked(false, Optional.of(name));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Optional.of(answer.certificate()))
            .isEqualTo(dev.reconcile.host.CertificateInfo.digest(PAIR.certificate().bytes()));
        assertThat(server.name.get()).contains(name);
      }
    }
    assertThat(dev.reconcile.host.CertificateInfo.digest("no PEM".getBytes(US_ASCII))).isEmpty();
  }

  /** Java would not ask for it by itself, and its own server would not answer. */
  @Test
  void nameWithAnUnderscoreIsAskedFor() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> hello =
          CompletableFuture.supplyAsync(() -> {
            try (Socket client = server.accept()) {
              byte[] head = client.getInputStream().readNBytes(5);
              int length = (head[3] & 0xff) << 8 | (head[4] & 0xff);
              return new String(client.getInputStream().readNBytes(length), ISO_8859_1);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      String address = "127.0.0.1:" + server.getLocalPort();
      Question question =
          new Question(address, false, Optional.of("shop_a.example"), "shop_a.example", "/", LONG);
      assertThatThrownBy(() -> VisitorProbe.ask(question)).isInstanceOf(IOException.class);
      assertThat(hello.get()).contains("shop_a.example");
    }
  }

  @Test
  void nobodyAndNoTlsAreFailures() throws Exception {
    int free;
    try (ServerSocket closed = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      free = closed.getLocalPort();
    }
    for (Optional<String> sni : List.of(Optional.<String>empty(), Optional.of("x"))) {
      assertThatThrownBy(
              () -> VisitorProbe.ask(new Question("127.0.0.1:" + free, false, sni, "x", "/", LONG)))
          .isInstanceOf(ConnectException.class);
    }
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      for (Optional<String> sni : List.of(Optional.<String>empty(), Optional.of("x"))) {
        assertThatThrownBy(() ->
                VisitorProbe.ask(
                    new Question(
                        "127.0.0.1:" + silent.getLocalPort(),
                        false,
                        sni,
                        "x",
                        "/",
                        Duration.ofMillis(300))))
            .isInstanceOf(IOException.class);
      }
    }
  }
}
