// SPDX-License-Identifier: Apache-2.0
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
 * The settings by which this process reaches web servers. JGit uses the proxies and trusted
 * authorities of the process, so they are set for the whole process before the first request.
 */
public final class WebAccess {
  /** The system property that must be empty for Java to send a user name to a proxy for https. */
  private static final String REFUSED = "jdk.http.auth.tunneling.disabledSchemes";

  /**
   * A proxy on the way to a server.
   *
   * @param address as curl accepts it, with user and password
   * @param host the proxy's name or address
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

  /** Sets the settings that apply from the next request on. */
  public static synchronized void use(NetworkSettings network) {
    settings = network;
    isPrepared = false;
  }

  /** Applies the settings. This is slow, so callers do it only before a request to a server. */
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
   * Returns the proxy for a web server; empty for a direct connection.
   *
   * @throws SourceException UNREACHABLE for a proxy of a type that is not supported
   */
  public static Optional<Way> way(NetworkSettings network, URI server) throws SourceException {
    return Proxies.of(network).to(server);
  }

  /** Returns an error text with the passwords of proxies masked. */
  static synchronized String masked(String text) {
    return settings.masked(text);
  }
}
