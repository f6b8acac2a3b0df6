// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.ShippedFile;
import java.time.Instant;
import java.util.List;

/**
 * The frame of a page, without scripts and external resources. Its content security policy forbids
 * the browser to load anything.
 */
final class HtmlPage {
  private static final String SHARED = "/page/status.css";

  private HtmlPage() {}

  /**
   * Returns the beginning, up to the content of the body.
   *
   * @param title the title of the window
   * @param styles further files of the jar with styles
   */
  static String begin(String title, List<String> styles) {
    StringBuilder html =
        new StringBuilder(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
            style-src 'unsafe-inline'; img-src data:">
            <link rel="icon" href="data:,">
            """);
    html.append("<title>").append(Html.text(title)).append("</title>\n<style>\n");
    html.append(new ShippedFile(SHARED).text());
    styles.forEach(file -> html.append(new ShippedFile(file).text()));
    return html.append("</style>\n</head>\n<body>\n").toString();
  }

  /** Returns the header: a title, a verdict, and facts, each of which is escaped HTML. */
  static String header(String title, boolean isGood, String verdict, List<Fact> facts) {
    StringBuilder html = new StringBuilder("<header>\n<div class=\"top\"><h1>");
    html.append(Html.text(title)).append("</h1>");
    html.append(Html.element("p", "badge " + (isGood ? "good" : "bad"), verdict));
    html.append("</div>\n<dl>");
    for (Fact fact : facts) {
      html.append("<div><dt>").append(fact.name()).append("</dt><dd>");
      html.append(fact.html()).append("</dd></div>");
    }
    return html.append("</dl>\n</header>\n").toString();
  }

  /** A fact of the header, with its value as escaped HTML. */
  record Fact(String name, String html) {}

  /** Returns a section; its content is escaped HTML. */
  static String section(String id, String title, String content) {
    return """
    <section id="%1$s" aria-labelledby="h-%1$s">
    <h2 id="h-%1$s">%2$s</h2>
    %3$s</section>
    """
        .formatted(id, title, content);
  }

  /** Returns a time to the minute. */
  static String time(Instant time) {
    String text = Timestamps.text(time);
    String minute = text.substring(0, 16).replace('T', ' ');
    return "<time datetime=\"" + text + "\">" + minute + " UTC</time>";
  }

  /** Returns the end of the page. */
  static String end(String version, Instant now) {
    return """
    <footer>Made by reconcile %s at %s. It shows the state at that time.</footer>
    </body>
    </html>
    """
        .formatted(Html.text(version), time(now));
  }
}
