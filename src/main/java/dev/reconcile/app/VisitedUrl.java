// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

/**
 * The variables of nginx with the URL that a visitor asked for.
 *
 * @param scheme the variable with the scheme
 * @param host the variable with the host; with the port, if visitors have to name it
 */
record VisitedUrl(String scheme, String host) {
  /** The variables of a site that visitors reach directly, at the usual ports. */
  static final VisitedUrl USUAL = new VisitedUrl("$scheme", "$host");

  private static final String WITH_PORT = "$http_host";

  /**
   * Returns the variables.
   *
   * @param scheme the variable with the scheme
   * @param hasUnusualPort whether visitors have to name the port
   */
  static VisitedUrl of(String scheme, boolean hasUnusualPort) {
    return new VisitedUrl(scheme, hasUnusualPort ? WITH_PORT : USUAL.host());
  }

  /** Returns a directive in which the variables of the usual ports are replaced by these. */
  String in(String directive) {
    return directive
        .replace(" " + USUAL.scheme() + ";", " " + scheme + ";")
        .replace(" " + USUAL.host() + ";", " " + host + ";");
  }
}
