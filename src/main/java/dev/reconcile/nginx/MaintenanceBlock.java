// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The lines with which each server of a site answers 503 with a page, except to the challenges of
 * ACME servers.
 *
 * <p>Invariant: {@link #without} returns the text that {@link #into} was given.
 */
public final class MaintenanceBlock {
  private static final String BEGIN = "    # maintenance: begin";
  private static final String END = "    # maintenance: end";
  private static final Pattern BLOCK =
      Pattern.compile("\n" + Pattern.quote(BEGIN) + "\n.*?" + Pattern.quote(END), Pattern.DOTALL);

  // The test is in nginx's first phase for requests, before any location is chosen. A named
  // location sends the page, so that no type or header of the site's own conflicts.
  private static final String LINES =
      """

      BEGIN
          error_page 503 @NAME;
          if ($uri !~ ^/\\.well-known/acme-challenge/) {
              return 503;
          }
          location @NAME {
              default_type "text/html; charset=utf-8";
              add_header Retry-After 300 always;
              add_header Cache-Control no-store always;
              return 503 'PAGE';
          }
      END\
      """;

  private static final String OF_LOCATION =
      """

      BEGIN
          error_page 503 @NAME;
          return 503;
      END\
      """;

  private static final String ANSWER =
      """

      BEGIN
      location @NAME {
          default_type "text/html; charset=utf-8";
          add_header Retry-After 300 always;
          add_header Cache-Control no-store always;
          return 503 'PAGE';
      }
      END\
      """;

  // nginx has no escape for a dollar sign, and a word has at most 4096 bytes
  // (ngx_conf_file.c, NGX_CONF_BUFFER).
  private static final String PAGE =
      """
      <!doctype html><html lang="en"><meta name="viewport" content="width=device-width">\
      <title>Maintenance</title><style>body{font:1.1em/1.5 sans-serif;max-width:34em;\
      margin:15vh auto;padding:0 1em;color:#333}</style><h1>Maintenance</h1><p>MESSAGE</p></html>
      """;

  private MaintenanceBlock() {}

  /**
   * Returns a site's text in which each server answers so; empty if the text has no server.
   *
   * @param text the text of the site
   * @param message the message to visitors, in one line
   */
  public static Optional<String> into(String text, String message) {
    String lines = lines(LINES, message, "reconcile_maintenance");
    StringBuilder all = new StringBuilder();
    int done = 0;
    for (Directive directive : NginxConfig.parse("", text).directives()) {
      if (directive.is("server") && directive.isBlock()) {
        int begin = text.indexOf(directive.text(), done);
        int brace = begin < 0 ? -1 : brace(text, begin);
        if (brace >= 0) {
          all.append(text, done, brace + 1).append(lines);
          done = brace + 1;
        }
      }
    }
    return done == 0
        ? Optional.empty()
        : Optional.of(all.append(text, done, text.length()).toString());
  }

  /**
   * Returns the text of locations in which each answers so.
   *
   * @param text the text of a file that a server block includes
   * @param message the message to visitors, in one line
   * @param name a name of its own for the page's location in that server block
   */
  public static String intoLocations(String text, String message, String name) {
    StringBuilder all = new StringBuilder();
    int done = 0;
    for (Directive directive : NginxConfig.parse("", text).directives()) {
      if (directive.is("location") && !directive.parameter().startsWith("@")) {
        int begin = text.indexOf(directive.text(), done);
        int brace = begin < 0 ? -1 : brace(text, begin);
        if (brace >= 0) {
          all.append(text, done, brace + 1).append(lines(OF_LOCATION, message, name));
          done = brace + 1;
        }
      }
    }
    String rest = text.substring(done).stripTrailing();
    return all.append(rest) + lines(ANSWER, message, name) + "\n";
  }

  private static String lines(String template, String message, String name) {
    return template
        .replace("BEGIN", BEGIN)
        .replace("END", END)
        .replace("NAME", name)
        .replace("PAGE", page(message))
        .stripTrailing();
  }

  private static String page(String message) {
    return PAGE.strip().replace("MESSAGE", escaped(message));
  }

  // The brace after the word "server"; there may be comments between the two.
  private static int brace(String text, int begin) {
    boolean isComment = false;
    for (int i = begin; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{' && !isComment) {
        return i;
      }
      isComment = c == '#' || (isComment && c != '\n');
    }
    return -1;
  }

  /** Tells whether a site's text has these lines. */
  public static boolean isIn(String text) {
    return text.contains(BEGIN);
  }

  /** Returns a site's text without these lines; the same text if it has none. */
  public static String without(String text) {
    return isIn(text) ? BLOCK.matcher(text).replaceAll("") : text;
  }

  private static String escaped(String message) {
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      switch (c) {
        case '&', '<', '>', '"', '\'', '$', '\\' -> html.append("&#").append((int) c).append(';');
        default -> html.append(c);
      }
    }
    return html.toString();
  }
}
