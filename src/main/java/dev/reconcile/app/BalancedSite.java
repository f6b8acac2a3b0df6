// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The texts of the site of an app on several hosts. A balancer has the app's site, with the hosts
 * as its upstream. A host that runs the app has a site that passes the requests of the balancers on
 * as they are.
 *
 * <p>Invariant: in the location of the app, a balancer waits longer for an answer, and accepts a
 * larger one, than the host does. The host therefore reports a slow or a too large answer itself,
 * and no balancer takes it for a host that has died. Only a location of {@code extra} with a longer
 * time than the app's makes the host wait as long everywhere.
 */
final class BalancedSite {
  private static final String READ_TIMEOUT = "proxy_read_timeout";
  private static final String SEND_TIMEOUT = "proxy_send_timeout";
  private static final String BUFFER_SIZE = "proxy_buffer_size";
  private static final long USUAL_SECONDS = 60;
  private static final long MORE_SECONDS = 5;
  private static final long USUAL_KIBIBYTES = 8;

  /** KiB of nginx's memory for the state of a host; more than it takes. */
  private static final int ZONE_OF_A_SERVER = 4;

  private static final int LEAST_ZONE = 64;
  private static final Pattern TIME = Pattern.compile("([0-9]{1,7})(ms|[smhdw]?)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,7})([kKmM]?)");

  private final App app;
  private final App.Site site;
  private final Balance balance;
  private final Templates templates;
  private final List<Directive> extra;

  /**
   * @param app the app
   * @param site its site on this host
   * @param balance its hosts
   * @param templates the texts
   * @param extra the raw lines of the server block, with those of the files that they include
   */
  BalancedSite(
      App app, App.Site site, Balance balance, Templates templates, List<Directive> extra) {
    this.app = app;
    this.site = site;
    this.balance = balance;
    this.templates = templates;
    this.extra = List.copyOf(extra);
  }

  /**
   * Returns the site of a balancer.
   *
   * @param usual the values of the template on a host that serves its own app
   * @param headers the directives that set the headers of requests to the app
   * @param address where the app would listen on this host
   */
  String front(Map<String, Object> usual, List<String> headers, String address)
      throws TemplateException {
    String upstream = "http://" + Balance.upstream(app.name());
    Map<String, Object> values = new LinkedHashMap<>(usual);
    values.put("statics", List.of());
    values.put("upstream", upstream);
    values.put("address", Balance.upstream(app.name()));
    values.put(
        "extra",
        String.valueOf(usual.get("extra"))
            .replace("http://" + address + ":/", upstream + "/")
            .replaceAll(Pattern.quote("http://" + address) + "(?![0-9])", upstream));
    List<String> lines = new ArrayList<>(headers);
    values.put("read_timeout", "");
    lines.addAll(proxyLines());
    values.put("headers", lines);
    return text(templates.render(site.template(), values));
  }

  /** Returns the lines of each location of a balancer that asks the hosts. */
  List<String> proxyLines() {
    List<String> lines = new ArrayList<>();
    ofProxy()
        .forEach((name, value) -> {
          if (!isOwn(name)) {
            lines.add(name + " " + value + ";");
          }
        });
    return lines;
  }

  // The upstream stands behind the first comment, also of a site with its own template.
  private String text(String rendered) throws TemplateException {
    String upstream =
        templates.render(
            "balance_upstream.conf",
            Map.of(
                "from",
                app.origin().file(),
                "upstream_name",
                Balance.upstream(app.name()),
                "zone",
                Math.max(LEAST_ZONE, ZONE_OF_A_SERVER * balance.serving().size()),
                "servers",
                balance.serving().stream()
                    .map(member ->
                        Map.of("endpoint", balance.endpoint(member), "host", member.host()))
                    .toList(),
                "out",
                balance.to().stream()
                    .map(Balance.Member::host)
                    .filter(balance.out()::contains)
                    .toList()));
    int first = rendered.startsWith("#") ? rendered.indexOf('\n') + 1 : 0;
    return upstream + "\n" + rendered.substring(first);
  }

  // What the user sets in extra wins; a template of the user's own may have it in its location.
  private boolean isOwn(String name) {
    boolean isComputed = List.of(READ_TIMEOUT, SEND_TIMEOUT).contains(name);
    return (!isComputed && extra.stream().anyMatch(line -> line.is(name)))
        || (!templates.isBuiltIn(site.template()) && templates.contains(site.template(), name));
  }

  private Map<String, String> ofProxy() {
    Map<String, String> lines = new LinkedHashMap<>();
    balance.address().ifPresent(address -> lines.put("proxy_bind", address));
    lines.put("proxy_connect_timeout", "2s");
    lines.put("proxy_next_upstream", "error timeout");
    lines.put("proxy_next_upstream_tries", "3");
    String patience = seconds(extra.stream()) + MORE_SECONDS + "s";
    lines.put(READ_TIMEOUT, patience);
    lines.put(SEND_TIMEOUT, patience);
    boolean areOwn =
        extra.stream()
            .anyMatch(line -> line.is("proxy_buffers") || line.is("proxy_busy_buffers_size"));
    if (!areOwn) {
      String size = 2 * kibibytes() + "k";
      lines.put(BUFFER_SIZE, size);
      lines.put("proxy_buffers", "8 " + size);
    }
    return lines;
  }

  /**
   * Returns the site of a host that runs the app.
   *
   * @param usual the values of the template on a host that serves its own app
   */
  String back(Map<String, Object> usual) throws TemplateException {
    Map<String, Object> values = new LinkedHashMap<>(usual);
    List<Directive> own = NginxConfig.parse("", balance.extra()).directives();
    values.put("listen", balance.listen());
    values.put("statics", usual.get("balanced_statics"));
    values.put("allowed", balance.on().stream().map(Balance.Member::address).toList());
    values.put("error_log", site.get(SiteSection.ERROR_LOG));
    values.put("extra", SiteTemplateModel.indented(balance.extra()));
    values.put("timeout", seconds(all()) + "s");
    values.put("buffer_size", kibibytes() + "k");
    values.put(
        "passes_redirects",
        own.stream().flatMap(Directive::all).noneMatch(line -> line.is("internal")));
    return templates.render("balance_back.conf", values);
  }

  /**
   * Returns how long requests wait for the app, in seconds.
   *
   * @param lines the raw lines that count
   */
  private long seconds(Stream<Directive> lines) {
    String own = site.get(TimeoutKey.KEY);
    long usual =
        own.isEmpty()
            ? Math.max(
                USUAL_SECONDS, seconds(new NginxLimits(app.web().effective(), "").readTimeout()))
            : seconds(own);
    return Stream.concat(
            Stream.of(usual + "s"),
            lines
                .filter(line -> line.is(READ_TIMEOUT) || line.is(SEND_TIMEOUT))
                .map(Directive::parameter))
        .mapToLong(BalancedSite::seconds)
        .reduce(0, Math::max);
  }

  private static long seconds(String text) {
    Matcher part = TIME.matcher(text);
    long seconds = 0;
    while (part.find()) {
      long number = Long.parseLong(part.group(1));
      seconds +=
          switch (part.group(2)) {
            case "ms" -> Duration.ofMillis(number).toSeconds() + 1;
            case "m" -> Duration.ofMinutes(number).toSeconds();
            case "h" -> Duration.ofHours(number).toSeconds();
            case "d" -> Duration.ofDays(number).toSeconds();
            case "w" -> Duration.ofDays(7 * number).toSeconds();
            default -> number;
          };
    }
    return seconds;
  }

  /** Returns the size of the largest head of an answer. */
  private long kibibytes() {
    return Stream.concat(
            Stream.of(site.get(BufferSizeKey.KEY)),
            all().filter(line -> line.is(BUFFER_SIZE)).map(Directive::parameter))
        .mapToLong(BalancedSite::kibibytes)
        .reduce(USUAL_KIBIBYTES, Math::max);
  }

  private static long kibibytes(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      return 0;
    }
    long number = Long.parseLong(size.group(1));
    return switch (size.group(2)) {
      case "k", "K" -> number;
      case "m", "M" -> number << 10;
      default -> (number >> 10) + 1;
    };
  }

  private Stream<Directive> all() {
    return extra.stream().flatMap(line -> Stream.concat(Stream.of(line), line.all()));
  }
}
