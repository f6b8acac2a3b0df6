// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.host.VisitorProbe.Answer;
import dev.reconcile.host.VisitorProbe.Question;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.StandardConstants;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * An HTTP exchange over TLS. It has a class of its own, because the JVM needs time to initialise
 * TLS.
 */
final class TlsExchange {
  private TlsExchange() {}

  /**
   * Sends a request over TLS.
   *
   * @param preface the text to send before the TLS handshake
   * @param request the request to send over TLS
   * @param name the server name for TLS (SNI); empty for none
   */
  static Answer ask(Question question, String preface, String request, String name)
      throws IOException {
    long end = System.nanoTime() + question.limit().toNanos();
    try (Socket plain = new Socket()) {
      plain.connect(HttpProbe.tcp(question.address()), left(end));
      plain.getOutputStream().write(preface.getBytes(StandardCharsets.US_ASCII));
      plain.setSoTimeout(left(end));
      try (SSLSocket socket =
          (SSLSocket) Trusting.context().getSocketFactory().createSocket(plain, name, 0, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new HostName(name)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        Certificate[] shown = socket.getSession().getPeerCertificates();
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
        String answer = receive(socket, end);
        return VisitorProbe.answer(answer, CertificateInfo.digest(shown[0]));
      }
    }
  }

  private static int left(long end) throws IOException {
    long millis = (end - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new IOException(HttpProbe.LATE);
    }
    return (int) Math.min(millis, Integer.MAX_VALUE);
  }

  // An error while reading counts as the end of the connection.
  private static String receive(SSLSocket socket, long end) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] answer = new byte[HttpProbe.MOST_HEAD];
    int length = 0;
    String text = "";
    while (length < answer.length && !text.contains(HttpProbe.END_OF_HEAD)) {
      socket.setSoTimeout(left(end));
      int read;
      try {
        read = in.read(answer, length, answer.length - length);
      } catch (SocketTimeoutException e) {
        throw new IOException(HttpProbe.LATE, e);
      } catch (IOException e) {
        read = -1;
      }
      if (read < 0) {
        break;
      }
      length += read;
      text = new String(answer, 0, length, StandardCharsets.ISO_8859_1);
    }
    return text;
  }

  /**
   * A server name without validation: SNIHostName refuses underscores, which nginx and browsers
   * accept.
   */
  private static final class HostName extends SNIServerName {
    HostName(String name) {
      super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** A trust manager that accepts every certificate. */
  private static final class Trusting extends X509ExtendedTrustManager {
    // A new context each time, because a resumed session would present the earlier certificate.
    static SSLContext context() {
      try {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[0], new TrustManager[] {new Trusting()}, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has TLS", e);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
