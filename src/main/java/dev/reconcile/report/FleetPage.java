// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.fleet.FleetNumbers;
import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.FleetStatus.HostLine;
import dev.reconcile.fleet.FleetStatus.State;
import dev.reconcile.fleet.Gate;
import dev.reconcile.report.HtmlPage.Fact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The status of a group as one HTML page, without scripts and external resources. What hosts and
 * operators have written into the engine is escaped.
 */
public final class FleetPage {
  private static final int MOST_NAMED = 20;
  private static final List<String> COLUMNS =
      List.of("Host", "Release", "Commit", "State", "Since", "What");

  private final FleetStatus status;
  private final Gate gate;
  private final Instant now;
  private final FleetWords words;
  private final List<HostLine> hosts;

  private FleetPage(FleetStatus status, Instant now) {
    this.status = status;
    this.gate = status.gate();
    this.now = now;
    this.words = new FleetWords(status, now);
    this.hosts = status.hosts();
  }

  /**
   * Returns the page as HTML.
   *
   * @param now the time, against which each host's own time is shown
   * @param all whether every host has a row, also in a large group
   * @param version the version of reconcile
   */
  public static String of(FleetStatus status, Instant now, boolean all, String version) {
    return new FleetPage(status, now).render(all, version);
  }

  private String render(boolean all, String version) {
    String title = (status.isWell() ? "✓ " : "✗ ") + status.group();
    StringBuilder html =
        new StringBuilder(HtmlPage.begin(title, List.of("/page/fleet.css")))
            .append(HtmlPage.header(status.group(), status.isWell(), verdict(), facts()))
            .append("<main>\n");
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      String list = "<ul>\n" + String.join("", problems) + "</ul>\n";
      html.append(HtmlPage.section("attention", "Needs attention", list));
    }
    html.append(HtmlPage.section("releases", "Releases", releases()));
    html.append(HtmlPage.section("hosts", "Hosts", table(words.shown(all))));
    return html.append("</main>\n").append(HtmlPage.end(version, now)).toString();
  }

  // ---- the head

  private String verdict() {
    if (gate.held().isPresent()) {
      return "Halted";
    }
    return status.isWell() ? "Well" : "Needs attention";
  }

  private List<Fact> facts() {
    FleetNumbers numbers = gate.stable().numbers();
    String canaries = String.join(", ", gate.canaries());
    return List.of(
        new Fact("Seen", HtmlPage.time(now)),
        new Fact("Hosts", String.valueOf(hosts.size())),
        new Fact(
            "Slots taken", "%d of %d".formatted(gate.holders().size(), numbers.maxUnavailable())),
        new Fact("Canaries", Html.text(canaries.isEmpty() ? "none" : canaries)),
        new Fact("Soak", FleetWords.length(numbers.soak())));
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    gate.held()
        .ifPresent(held ->
            problems.add(
                item(
                    "%s has halted the rollout: %s".formatted(held.by(), held.why()),
                    "reconcile fleet resume")));
    boolean isOver = gate.held().isEmpty() && status.hasFailed(gate.stable());
    if (isOver) {
      problems.add(
          item(
              "Release %d is halted, because hosts have failed.".formatted(gate.stable().number()),
              "reconcile fleet resume"));
    }
    List<HostLine> troubled = hosts.stream().filter(HostLine::isInTrouble).toList();
    for (HostLine host : troubled.subList(0, Math.min(troubled.size(), MOST_NAMED))) {
      String why = String.join("; ", host.failures());
      problems.add(
          "<li>%s %s</li>\n"
              .formatted(
                  Html.element("strong", "app", host.name()),
                  Html.text(host.isShared() ? "two machines have this name" : state(host, why))));
    }
    if (troubled.size() > MOST_NAMED) {
      problems.add(
          "<li>%d more hosts are in trouble.</li>\n".formatted(troubled.size() - MOST_NAMED));
    }
    return problems;
  }

  private static String state(HostLine host, String why) {
    return host.state().word() + (why.isEmpty() ? "" : ": " + why);
  }

  private static String item(String text, String command) {
    return "<li>%s %s</li>\n".formatted(Html.text(text), Html.element("code", "command", command));
  }

  // ---- releases

  private String releases() {
    StringBuilder html = new StringBuilder(stable());
    gate.candidate().ifPresent(one -> html.append(candidate(one)));
    return html.toString();
  }

  private String stable() {
    Bar bar = new Bar();
    for (HostLine host : hosts) {
      bar.add(status.has(host) ? Part.HAVE : part(host.state()));
    }
    return release(gate.stable(), "stable", words.progress(), bar);
  }

  private String candidate(FleetRelease candidate) {
    Bar bar = new Bar();
    for (HostLine host : hosts.stream().filter(HostLine::isCanary).toList()) {
      bar.add(part(host));
    }
    return release(candidate, "candidate", words.trial(candidate), bar);
  }

  private Part part(HostLine canary) {
    if (gate.proved().contains(canary.name())) {
      return Part.PROVED;
    }
    if (canary.isSkipped()) {
      return Part.SKIPPED;
    }
    return part(canary.state());
  }

  private static Part part(State state) {
    return switch (state) {
      case WELL, SOAKING -> Part.SOAKING;
      case AT_IT -> Part.AT_IT;
      case FAILED, UNWELL -> Part.FAILED;
      case BEHIND, UNKNOWN -> Part.WAIT;
    };
  }

  private static String release(FleetRelease release, String kind, String words, Bar bar) {
    StringBuilder html = new StringBuilder("<div class=\"release\">\n<h3>Release ");
    html.append(release.number()).append(' ').append(Html.element("span", "muted", kind));
    html.append("</h3>\n").append(Html.element("p", "progress", words)).append('\n');
    html.append(bar.html());
    html.append("<ul class=\"commits\">\n");
    html.append(commit("desired state", release.revisions().commit()));
    for (Map.Entry<String, String> pin : release.revisions().sources().entrySet()) {
      html.append(commit(pin.getKey(), pin.getValue()));
    }
    return html.append("</ul>\n</div>\n").toString();
  }

  private static String commit(String repository, String commit) {
    return "<li>%s %s</li>\n"
        .formatted(
            Html.element("code", "commit", commit), Html.element("span", "muted", repository));
  }

  // ---- hosts

  private String table(List<HostLine> shown) {
    HtmlTable table = new HtmlTable(COLUMNS);
    for (HostLine host : shown) {
      List<String> row = words.row(host);
      table.begin(
          Html.element("span", "dot " + (host.isInTrouble() ? "bad" : "good"), "")
              + Html.text(row.getFirst()));
      for (int i = 1; i < COLUMNS.size(); i++) {
        table.cell(COLUMNS.get(i), style(i, host), row.get(i));
      }
      table.end();
    }
    String rest = words.rest(shown);
    String more = rest.isEmpty() ? "" : Html.element("p", "muted", rest) + "\n";
    return shown.isEmpty() ? more : table.html() + more;
  }

  private static String style(int column, HostLine host) {
    return switch (COLUMNS.get(column)) {
      case "Commit" -> "mono";
      case "State" -> style(host.state());
      default -> "";
    };
  }

  private static String style(State state) {
    return switch (state) {
      case WELL, SOAKING -> "good";
      case AT_IT -> "warn";
      case FAILED, UNWELL -> "bad";
      case BEHIND, UNKNOWN -> "";
    };
  }

  // ---- the bar

  /** A part of a bar, in the order from left to right. */
  private enum Part {
    HAVE("have it", "have"),
    PROVED("have proved it", "have"),
    SOAKING("must stay well", "soaking"),
    SKIPPED("skipped", "wait"),
    AT_IT("at it", "at-it"),
    FAILED("failed", "failed"),
    WAIT("not yet", "wait");

    private final String words;
    private final String style;

    Part(String words, String style) {
      this.words = words;
      this.style = style;
    }
  }

  /** Hosts by what they have come to, as a coloured line and in words. */
  private static final class Bar {
    private final Map<Part, Integer> counts = new EnumMap<>(Part.class);

    void add(Part part) {
      counts.merge(part, 1, Integer::sum);
    }

    String html() {
      List<String> legend = new ArrayList<>();
      StringBuilder line = new StringBuilder();
      counts.forEach((part, count) -> {
        legend.add(count + " " + part.words);
        line.append("<span class=\"").append(part.style).append("\" style=\"flex-grow:");
        line.append(count).append("\"></span>");
      });
      String text = String.join(", ", legend);
      return counts.isEmpty()
          ? ""
          : "<div class=\"bar\" role=\"img\" aria-label=\"%s\">%s</div>\n%s\n"
              .formatted(Html.text(text), line, Html.element("p", "small muted", text));
    }
  }
}
