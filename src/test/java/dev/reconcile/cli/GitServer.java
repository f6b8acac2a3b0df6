// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.reconcile.host.SelfSigned;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * A repository on a web server, with the real {@code git upload-pack}. It counts what each host
 * asks, which it knows by the path: every host has an address of its own for the same repository.
 *
 * <p>Invariant: while it runs, this process trusts its certificate, and no other.
 */
final class GitServer implements AutoCloseable {
  private static final String LIST = "command=ls-refs";
  private static final String PACK = "PACK\0\0\0\2"; // how each pack begins

  private final Path repository;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
  private final Map<String, Counts> counts = new TreeMap<>();

  /**
   * What a host has asked.
   *
   * @param lists how often it asked for the refs
   * @param packs how often it got objects
   */
  record Counts(int lists, int packs) {}

  GitServer(Path repository) throws IOException, GeneralSecurityException {
    this.repository = repository;
    this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = context();
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    HttpsURLConnection.setDefaultSSLSocketFactory(context.getSocketFactory());
  }

  /** Returns the address of the repository for a host. */
  String url(String host) {
    return "https://localhost:" + server.getAddress().getPort() + "/" + host + "/desired.git";
  }

  /** Returns what a host has asked since {@link #countAnew}. */
  synchronized Counts of(String host) {
    return counts.getOrDefault(host, new Counts(0, 0));
  }

  synchronized void countAnew() {
    counts.clear();
  }

  private synchronized void count(String host, int lists, int packs) {
    Counts now = of(host);
    counts.put(host, new Counts(now.lists() + lists, now.packs() + packs));
  }

  @Override
  public void close() {
    HttpsURLConnection.setDefaultSSLSocketFactory(before);
    server.stop(0);
    threads.close();
  }

  // ---- git's protocol over http, version 2

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String host = path.split("/", -1)[1];
      boolean isFirst = path.endsWith("/info/refs");
      String request = text(body(exchange));
      String answer = text(uploadPack(exchange, isFirst, request));
      count(host, request.contains(LIST) ? 1 : 0, answer.contains(PACK) ? 1 : 0);
      String kind = isFirst ? "advertisement" : "result";
      exchange.getResponseHeaders().set("Content-Type", "application/x-git-upload-pack-" + kind);
      byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    String encoding =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Encoding")).orElse("");
    InputStream raw = exchange.getRequestBody();
    try (InputStream body = encoding.equals("gzip") ? new GZIPInputStream(raw) : raw) {
      return body.readAllBytes();
    }
  }

  private byte[] uploadPack(HttpExchange exchange, boolean isFirst, String request)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("git", "upload-pack", "--stateless-rpc"));
    if (isFirst) {
      words.add("--advertise-refs");
    }
    words.add(repository.toString());
    ProcessBuilder builder =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder
        .environment()
        .put("GIT_PROTOCOL", exchange.getRequestHeaders().getFirst("Git-Protocol"));
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(request.getBytes(StandardCharsets.ISO_8859_1));
    }
    return process.getInputStream().readAllBytes();
  }

  // each byte is a character, so that a pack is not changed
  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  // ---- TLS

  private static SSLContext context() throws IOException, GeneralSecurityException {
    SelfSigned pair =
        SelfSigned.of(List.of("localhost"), Instant.now().minusSeconds(60), Duration.ofDays(1));
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pair.certificate().bytes()));
    String key = pair.key().text().replaceAll("-----.*?-----|\\s", "");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "server",
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
        new char[0],
        new Certificate[] {certificate});
    store.setCertificateEntry("trusted", certificate);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
