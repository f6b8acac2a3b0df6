package dev.reconcile.source;

import dev.reconcile.model.NetworkSettings;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How this process reaches web servers: JGit takes proxies and trusted authorities from the
 * process, so they are set for the whole of it, before the first server is asked.
 */
public final class WebAccess {
  /** Java sends no user name to a proxy for https unless this is empty. */
  private static final String REFUSED = "jdk.http.auth.tunneling.disabledSchemes";

  /**
   * A proxy on the way to a server.
   *
   * @param address as curl takes it, with user and password
   * @param host its name or address
   */
  public record Way(String address, String host) {
    @Override
    public String toString() {
      return host; // without the password
    }
  }

  private static NetworkSettings settings = NetworkSettings.NONE;
  private static boolean isPrepared;

  private WebAccess() {}

  /** Sets what counts from the next question to a server on. */
  public static synchronized void use(NetworkSettings network) {
    settings = network;
    isPrepared = false;
  }

  /** Makes it count. Only for who is about to ask a server: it takes its time. */
  static synchronized void prepare() throws SourceException {
    if (isPrepared) {
      return;
    }
    System.setProperty(REFUSED, "");
    Proxies proxies = Proxies.of(settings);
    ProxySelector.setDefault(proxies);
    Authenticator.setDefault(proxies.users());
    String authorities =
        settings.authorities().orElse(settings.variables().getOrDefault("SSL_CERT_DIR", ""));
    try {
      if (!authorities.isEmpty()) {
        Authorities.trust(Path.of(authorities));
      }
    } catch (IOException e) {
      throw new SourceException(
          Reason.UNREACHABLE,
          "Unreadable certificate authorities",
          authorities + ": " + PrintableText.line(String.valueOf(e.getMessage())) + ".",
          e);
    }
    isPrepared = true;
  }

  /**
   * The proxy that leads to a web server; empty if it is reached directly.
   *
   * @throws SourceException UNREACHABLE for a proxy of a kind that cannot be used
   */
  public static Optional<Way> way(NetworkSettings network, URI server) throws SourceException {
    return Proxies.of(network).to(server);
  }

  /** A text of a failure without the passwords of proxies. */
  static synchronized String masked(String text) {
    return settings.masked(text);
  }
}
