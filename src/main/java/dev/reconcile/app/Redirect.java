// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The redirect that plain http answers with.
 *
 * @param to the URL, in which nginx replaces its variables
 * @param status an HTTP status that redirects, 301 to 308
 */
public record Redirect(String to, int status) {
  private static final Pattern PLAIN =
      Pattern.compile("(?i)(?:(?:http|\\$scheme):)?//([^/:?]+)(?::80)?([/?$].*)?");
  private static final Pattern WITH_SCHEME = Pattern.compile("(?i)[a-z][a-z0-9+.-]*:.*|\\$.*|//.*");
  private static final Pattern PATH_VARIABLE = Pattern.compile("\\$(request_uri|uri|args).*");
  private static final Set<String> SAME = Set.of("$host", "$http_host", "$server_name");

  /**
   * Returns whether a browser that follows the redirect comes back to the same site by plain http.
   *
   * @param names the names that the site answers to
   */
  boolean isLoop(List<String> names) {
    Matcher plain = PLAIN.matcher(to);
    if (!plain.matches()) {
      return !WITH_SCHEME.matcher(to).matches();
    }
    String host = PATH_VARIABLE.matcher(plain.group(1)).replaceAll("").toLowerCase(Locale.ROOT);
    return SAME.contains(host)
        || names.stream().anyMatch(name -> covers(name.toLowerCase(Locale.ROOT), host));
  }

  /**
   * Returns the URL; the usual one names the port of https if it is not 443.
   *
   * @param port the port; 0 for the usual one
   */
  String at(int port) {
    return port > 0 && to.equals(RedirectSection.TO.fallback())
        ? to.replace("$host", "$host:" + port)
        : to;
  }

  private static boolean covers(String name, String host) {
    return name.equals(host)
        || (name.startsWith("*.") && host.endsWith(name.substring(1)))
        || (name.endsWith(".*") && host.startsWith(name.substring(0, name.length() - 1)));
  }
}
