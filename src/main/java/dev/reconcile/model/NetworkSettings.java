// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies and certificate authorities for access to the network. Only programs that fetch
 * something get them: git, pip, apt and certbot.
 *
 * <p>Invariant: no digest, record, unit or file contains them, and no text that {@link #masked}
 * returned shows a proxy's password.
 *
 * @param variables environment variables as curl and pip read them; the names of the proxies are
 *     lower case
 */
public record NetworkSettings(Map<String, String> variables) {
  /** No settings: direct connections, and the system's authorities. */
  public static final NetworkSettings NONE = new NetworkSettings(Map.of());

  private static final List<String> PROXIES =
      List.of("http_proxy", "https_proxy", "all_proxy", "no_proxy");
  private static final List<String> AUTHORITIES =
      List.of(
          "GIT_SSL_CAINFO",
          "SSL_CERT_FILE",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE",
          "PIP_CERT",
          "SSL_CERT_DIR");
  private static final int SHORTEST_PASSWORD = 6;
  private static final Pattern USER = Pattern.compile("(?:[a-z0-9]+://)?([^/@]+)@.*");

  public NetworkSettings {
    variables = Map.copyOf(variables);
  }

  /**
   * Reads the settings from a caller's environment.
   *
   * @param environment all its variables
   */
  public static NetworkSettings of(Map<String, String> environment) {
    Map<String, String> found = new HashMap<>();
    for (String name : PROXIES) {
      String upper = name.toUpperCase(Locale.ROOT);
      String value = environment.getOrDefault(name, environment.getOrDefault(upper, ""));
      found.put(name, value);
    }
    AUTHORITIES.forEach(name -> found.put(name, environment.getOrDefault(name, "")));
    found.values().removeIf(String::isBlank);
    return new NetworkSettings(found);
  }

  /**
   * Returns these settings with another proxy.
   *
   * @param name {@code http_proxy}, {@code https_proxy} or {@code no_proxy}
   * @param value the new value; empty for none
   */
  public NetworkSettings with(String name, String value) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put(name, value);
    changed.values().removeIf(String::isBlank);
    return new NetworkSettings(changed);
  }

  /**
   * Returns these settings with only the authorities of a file.
   *
   * @param file absolute path of a PEM file
   */
  public NetworkSettings trusting(String file) {
    Map<String, String> changed = new HashMap<>(variables);
    AUTHORITIES.forEach(name -> changed.put(name, file));
    changed.remove("SSL_CERT_DIR");
    return new NetworkSettings(changed);
  }

  /** Returns the variables for a program; those of proxies in lower and upper case. */
  public Map<String, String> forPrograms() {
    Map<String, String> all = new TreeMap<>(variables);
    for (String name : PROXIES) {
      if (variables.containsKey(name)) {
        all.put(name.toUpperCase(Locale.ROOT), variables.get(name));
      }
    }
    return all;
  }

  /** Returns the file of the only authorities that git and apt trust; empty for the system's. */
  public Optional<String> authorities() {
    return AUTHORITIES.subList(0, 4).stream()
        .filter(variables::containsKey)
        .map(variables::get)
        .findFirst();
  }

  /** Returns a text with the passwords of proxies masked. */
  public String masked(String text) {
    String masked = text;
    for (String name : PROXIES) {
      Matcher user = USER.matcher(variables.getOrDefault(name, ""));
      if (user.matches()) {
        String secret = user.group(1);
        masked = masked.replace(secret + "@", "***@");
        String password = secret.substring(secret.indexOf(':') + 1);
        // a shorter one could occur in unrelated words
        if (password.length() >= SHORTEST_PASSWORD) {
          masked = masked.replace(password, "***");
        }
      }
    }
    return masked;
  }

  @Override
  public String toString() {
    return "NetworkSettings" + variables.keySet(); // without passwords
  }
}
