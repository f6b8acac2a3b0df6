package dev.reconcile.model;

import java.util.Optional;

/**
 * A site that is asked as visitors do.
 *
 * @param app the app that it hands requests to
 * @param file nginx's file of the site
 * @param link what nginx reads of it, a link to the file
 * @param probe the question that the app answers well at its own address; its path is what visitors
 *     ask for
 * @param ordered the certificate that is ordered for it; until it is there, the site makes do with
 *     another one
 */
public record VisitorCheck(
    String app, String file, String link, Step.Probe probe, Optional<String> ordered) {
  /** Whether this is where nginx finds it. */
  public boolean isAt(String path) {
    return path.equals(file) || path.equals(link);
  }

  /** The one of an app, whose site has its name. */
  public static VisitorCheck of(String app, Step.Probe probe) {
    Layout layout = new Layout(app);
    return new VisitorCheck(app, layout.site(), layout.siteLink(), probe, Optional.empty());
  }

  /** The same site, which waits for a certificate. */
  public VisitorCheck ordering(String certificate) {
    return new VisitorCheck(app, file, link, probe, Optional.of(certificate));
  }
}
