// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Optional;

/**
 * A site that is checked with requests such as visitors send.
 *
 * @param app the app that the site passes requests to
 * @param file nginx's file of the site
 * @param link the link to the file, which nginx reads
 * @param probe the health check that the app passes at its own address; visitors request the same
 *     path
 * @param ordered the certificate that is ordered for the site; until it is issued, the site uses
 *     another one
 */
public record VisitorCheck(
    String app, String file, String link, Step.Probe probe, Optional<String> ordered) {
  /** Tells whether a path is the site's file or link. */
  public boolean isAt(String path) {
    return path.equals(file) || path.equals(link);
  }

  /** Returns the check of an app, whose site has the app's name. */
  public static VisitorCheck of(String app, Step.Probe probe) {
    Layout layout = new Layout(app);
    return new VisitorCheck(app, layout.site(), layout.siteLink(), probe, Optional.empty());
  }

  /**
   * Returns the check of an app under a path of another app's site.
   *
   * @param on the app whose site it is
   */
  public static VisitorCheck mounted(String app, String on, Step.Probe probe) {
    Layout layout = new Layout(on);
    return new VisitorCheck(app, layout.site(), layout.siteLink(), probe, Optional.empty());
  }

  /** Returns this check of a site that waits for a certificate. */
  public VisitorCheck ordering(String certificate) {
    return new VisitorCheck(app, file, link, probe, Optional.of(certificate));
  }
}
