// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Layout;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.BalancedHost;
import dev.reconcile.status.Health;
import dev.reconcile.status.HostStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The path of requests to each app as an SVG picture: domain, site, socket, unit, source. The wide
 * form, for a screen, has one row for each app. The tall form, for a phone, has one column.
 */
final class WiringPicture {
  private static final List<String> TITLES = List.of("Domain", "Site", "Socket", "Unit", "Source");
  private static final int WIDTH = 192;
  private static final int HEIGHT = 48;
  private static final int GAP = 40;
  private static final int ROW = HEIGHT + 20;
  private static final int TALL_WIDTH = 340;
  private static final int TALL_GAP = 20;
  private static final int HEAD = 30;
  private static final int BELOW = 16; // the part of the gap between apps, cut off below the last
  private static final int MOST_LETTERS = 24;
  private static final int MOST_LETTERS_TALL = 42;

  private final HostStatus status;
  private final boolean tall;
  private final StringBuilder svg = new StringBuilder();

  private WiringPicture(HostStatus status, boolean tall) {
    this.status = status;
    this.tall = tall;
  }

  private record Node(String title, String note, boolean good) {}

  /** Draws the picture for a screen. */
  static String wide(HostStatus status) {
    return new WiringPicture(status, false).draw();
  }

  /** Draws the picture for a phone. */
  static String tall(HostStatus status) {
    return new WiringPicture(status, true).draw();
  }

  private String draw() {
    String id = tall ? "tall" : "wide";
    int width = 4 + (tall ? TALL_WIDTH : TITLES.size() * (WIDTH + GAP) - GAP);
    StringBuilder body = new StringBuilder();
    int y = HEAD;
    if (!tall) {
      for (int i = 0; i < TITLES.size(); i++) {
        svg.append(label(i * (WIDTH + GAP) + WIDTH / 2, 16, "head", TITLES.get(i)));
      }
    }
    for (AppStatus app : status.apps()) {
      y = tall ? column(app, y, id) : row(app, y, id);
    }
    body.append("<svg class=\"wiring ").append(id).append("\" role=\"img\" viewBox=\"-2 0 ");
    body.append(width)
        .append(' ')
        .append(y - BELOW)
        .append("\" aria-label=\"From domain to source\">");
    body.append("<defs><marker id=\"arrow-").append(id);
    body.append(
        "\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\"");
    body.append(" orient=\"auto\"><path class=\"tip\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n");
    return body.append(svg).append("</svg>\n").toString();
  }

  private int row(AppStatus app, int y, String id) {
    List<Node> nodes = nodes(app, status.at());
    int first = isElsewhere(app) ? 0 : TITLES.size() - nodes.size();
    for (int i = 0; i < nodes.size(); i++) {
      int x = (first + i) * (WIDTH + GAP);
      if (i > 0) {
        line(x - GAP + 2, y + HEIGHT / 2, x - 2, y + HEIGHT / 2, nodes.get(i), id);
      }
      box(x, y, WIDTH, nodes.get(i), MOST_LETTERS);
    }
    return y + ROW;
  }

  private int column(AppStatus app, int top, String id) {
    int y = top;
    svg.append(label(TALL_WIDTH / 2, y - 10, "head", app.name()));
    List<Node> nodes = nodes(app, status.at());
    for (int i = 0; i < nodes.size(); i++) {
      if (i > 0) {
        line(TALL_WIDTH / 2, y - TALL_GAP + 2, TALL_WIDTH / 2, y - 2, nodes.get(i), id);
      }
      box(10, y, TALL_WIDTH - 20, nodes.get(i), MOST_LETTERS_TALL);
      y += HEIGHT + TALL_GAP;
    }
    return y + HEAD;
  }

  // Only other hosts run it.
  private static boolean isElsewhere(AppStatus app) {
    return app.web().address().isEmpty() && !app.balanced().isEmpty();
  }

  private static List<Node> nodes(AppStatus app, Instant now) {
    boolean runs = app.web().service().map(service -> service.running()).orElse(true);
    boolean listens = app.web().listening().orElse(true);
    List<Node> nodes = new ArrayList<>();
    if (!app.serverNames().isEmpty()) {
      int more = app.serverNames().size() - 1;
      boolean valid = app.certificate().map(c -> !StatusWords.complains(c, now)).orElse(true);
      String tls = app.certificate().isEmpty() ? "http" : "https";
      nodes.add(
          new Node(
              app.serverNames().getFirst(),
              tls + (more > 0 ? ", and " + more + " more" : ""),
              valid));
      nodes.add(new Node(new Layout(app.name()).relativeSiteLink(), "nginx", true));
    }
    if (isElsewhere(app)) {
      long serving = app.balanced().stream().filter(BalancedHost::serves).count();
      List<String> hosts = app.balanced().stream().map(BalancedHost::host).toList();
      String note = serving + " of " + hosts.size() + " get requests";
      nodes.add(new Node(String.join(", ", hosts), note, serving > 0));
      return nodes;
    }
    String address = app.web().address().replaceFirst("^unix:", "");
    boolean isPath = address.startsWith("/");
    String name = isPath ? address.substring(address.lastIndexOf('/') + 1) : address;
    nodes.add(
        new Node(
            name.isEmpty() ? "no socket" : name,
            app.web().listening().isEmpty()
                ? "not known"
                : listens ? "listening" : "nobody listens",
            listens));
    nodes.add(
        new Node(
            app.web().unit().replaceFirst("\\.service$", ""),
            StatusWords.state(app.web(), now) + ", " + StatusWords.workers(app.web()) + " workers",
            runs && app.health().state() != Health.State.UNHEALTHY));
    nodes.add(
        new Node(
            StatusWords.revision(app.source().revision()),
            app.source().from(),
            app.hold().isEmpty()));
    return nodes;
  }

  private void box(int x, int y, int width, Node node, int most) {
    svg.append("<g class=\"node ").append(node.good() ? "good" : "bad").append("\"><title>");
    svg.append(Html.text(node.title() + ": " + node.note())).append("</title><rect x=\"");
    svg.append(x).append("\" y=\"").append(y).append("\" width=\"").append(width);
    svg.append("\" height=\"").append(HEIGHT).append("\" rx=\"8\"/>");
    svg.append(label(x + width / 2, y + 20, "title", shortened(node.title(), most)));
    svg.append(label(x + width / 2, y + 37, "note", shortened(node.note(), most + 4)));
    svg.append("</g>\n");
  }

  private void line(int x1, int y1, int x2, int y2, Node to, String id) {
    svg.append("<path class=\"edge").append(to.good() ? "" : " bad").append("\" d=\"M");
    svg.append(x1).append(' ').append(y1).append('L').append(x2).append(' ').append(y2);
    svg.append("\" marker-end=\"url(#arrow-").append(id).append(")\"/>\n");
  }

  private static String label(int x, int y, String style, String text) {
    String place = "x=\"" + x + "\" y=\"" + y + "\"";
    return "<text " + place + " class=\"" + style + "\">" + Html.text(text) + "</text>\n";
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
