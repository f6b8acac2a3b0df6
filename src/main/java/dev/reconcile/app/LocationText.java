// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The texts of the locations of a site.
 *
 * <p>Invariant: a location has the headers of requests and of answers that the site has, because
 * nginx gives a location none of them if it has some of its own.
 */
final class LocationText {
  private static final String INDENT = "    ";
  private static final String PROXY = "proxy_pass ";

  private final App app;
  private final String address;
  private final List<Directive> server;
  private final PartLines settings;
  private final Part site;
  private final VisitedUrl url;

  /**
   * @param app the app that the locations belong to
   * @param address where it listens
   * @param server the raw lines of the server block
   * @param settings the lines of the server block that come from keys
   * @param site the site, for the keys of its parts
   * @param url the variables with the URL that visitors ask for
   */
  LocationText(
      App app,
      String address,
      List<Directive> server,
      PartLines settings,
      Part site,
      VisitedUrl url) {
    this.app = app;
    this.address = address;
    this.server = List.copyOf(server);
    this.settings = settings;
    this.site = site;
    this.url = url;
  }

  /**
   * The lines of a location.
   *
   * @param blocks the text of each block of nginx, in lines without the indentation of the server
   * @param parts the lines of its keys, of which the server block and the http block have some
   */
  record Lines(List<String> blocks, List<PartLines> parts) {
    Lines {
      blocks = List.copyOf(blocks);
      parts = List.copyOf(parts);
    }
  }

  /**
   * Returns the lines of a part of the app's own site.
   *
   * @param passesWebsockets whether the server block has the variables for websockets
   * @param proxy further lines of a location that asks the app
   */
  Lines of(Location location, boolean passesWebsockets, List<String> proxy) {
    Inner inner = new Inner(location);
    List<String> extra = new ArrayList<>();
    switch (location.answer()) {
      case Location.OfSite _ -> {
        inner.asks(passesWebsockets, List.of());
        inner.addUnlessSet(proxy);
        inner.waits();
        inner.end(PROXY + "http://" + address);
      }
      case Location.OfServer other -> {
        inner.asks(passesWebsockets, List.of());
        inner.end(PROXY + other.url());
      }
      case Location.OfFiles files -> extra.addAll(files(location, files, inner));
      case Location.OfRedirect redirect ->
          inner.end("return " + redirect.status() + " " + redirect.to());
      case Location.OfApp _ -> {
        return new Lines(List.of(), List.of());
      }
    }
    List<String> blocks = new ArrayList<>(List.of(inner.block()));
    blocks.addAll(extra);
    return new Lines(blocks, List.of(inner.part));
  }

  /**
   * Returns the lines of a path of another app's site.
   *
   * @param mount the mount
   * @param upgrade the name of nginx's variable that has the protocol to change to
   * @param connection the name of nginx's variable for the header Connection
   */
  Lines of(Mount mount, String upgrade, String connection) {
    Inner inner = new Inner(mount.location());
    boolean knowsPrefix = app.gunicorn().filter(Gunicorn::isWsgi).isPresent();
    String prefix = mount.prefix();
    inner.asks(
        false,
        Stream.of(
                "proxy_http_version 1.1;",
                "proxy_set_header Upgrade $" + upgrade + ";",
                "proxy_set_header Connection $" + connection + ";",
                prefix.isEmpty() || !knowsPrefix
                    ? ""
                    : "proxy_set_header SCRIPT_NAME %s;".formatted(prefix),
                prefix.isEmpty() ? "" : "proxy_set_header X-Forwarded-Prefix %s;".formatted(prefix))
            .filter(line -> !line.isEmpty())
            .toList());
    inner.waits();
    String uri = mount.uri(knowsPrefix);
    boolean isSocket = address.startsWith("unix:");
    inner.end(PROXY + "http://" + address + (uri.isEmpty() || !isSocket ? uri : ":" + uri));
    return new Lines(List.of(inner.block()), List.of(inner.part));
  }

  /**
   * Returns the lines of files of a mounted app, to which the settings of the mount apply.
   *
   * @param files the files, by a path of the site
   */
  Lines of(Mount mount, Static files) {
    Inner inner = new Inner(mount.location(), files.location());
    inner.serves(files);
    return new Lines(List.of(inner.block()), List.of(inner.part));
  }

  /**
   * Returns raw lines in which the placeholder of the app has its address. nginx needs a colon
   * between the path of a socket and the path of a URL.
   */
  static String expanded(String raw, String address) {
    String url = "http://" + address;
    return raw.replace("{{upstream}}/", url + (address.startsWith("unix:") ? ":/" : "/"))
        .replace("{{upstream}}", url);
  }

  // The page that answers for all paths changes with each revision, whatever time the files keep.
  private List<String> files(Location location, Location.OfFiles answer, Inner inner) {
    String folder = answer.files().path();
    boolean isRoot = location.word().equals("/");
    inner.add((isRoot ? "root " + withoutSlash(folder) : "alias " + folder) + ";");
    if (!answer.files().guard().isEmpty()) {
      inner.add("disable_symlinks " + answer.files().guard() + ";");
    }
    if (!answer.files().cache().isEmpty()) {
      inner.add("expires " + answer.files().cache() + ";");
    }
    if (answer.fallback().isEmpty()) {
      return List.of();
    }
    String page = location.word() + (location.isFolder() ? "" : "/") + answer.fallback();
    inner.add("try_files $uri " + page + ";");
    Inner last = new Inner(location, "= " + page);
    last.add("alias " + folder + answer.fallback() + ";");
    if (!answer.files().guard().isEmpty()) {
      last.add("disable_symlinks " + answer.files().guard() + ";");
    }
    last.add("expires -1;");
    return List.of(last.block());
  }

  private static String withoutSlash(String folder) {
    return folder.length() > 1 ? folder.substring(0, folder.length() - 1) : folder;
  }

  // A mount that the app itself declares has paths of the app's own code and data. Its zones and
  // pages are the app's in any case, so that two apps never define the same.
  private Part part(Location location) {
    boolean isOwn = app.mount().filter(wish -> wish.location().equals(location)).isPresent();
    StaticPaths paths = isOwn ? app.staticPaths() : site.paths();
    return new Part(app.name(), location.word(), location.keys(), site.site(), paths);
  }

  /** A location that is being written. */
  private final class Inner {
    private final String path;
    private String raw;
    private final List<Directive> extra;
    private final PartLines part;
    private final boolean hasTimeout;
    private final List<String> lines = new ArrayList<>();

    Inner(Location location) {
      this(location, location.path());
    }

    Inner(Location location, String path) {
      this.path = path;
      this.raw = expanded(location.keys().get(SiteSection.EXTRA), address);
      this.extra = NginxConfig.parse("", raw).directives();
      this.part = PartKeys.add(part(location), settings.ofLocation(extra));
      this.hasTimeout = location.keys().has(TimeoutKey.KEY) || !site.get(TimeoutKey.KEY).isEmpty();
      if (location.answer() instanceof Location.OfFiles files
          && !(files.files().cache().isEmpty() && files.fallback().isEmpty())) {
        part.withoutHeader("Expires");
        part.withoutHeader("Cache-Control");
      }
      lines.addAll(part.block());
      location.logs().forEach(log -> lines.add(log.directive()));
      String errors = location.keys().get(SiteSection.ERROR_LOG);
      if (!errors.isEmpty()) {
        lines.add("error_log " + errors + ";");
      }
      List<String> methods = location.keys().get(SiteSection.METHODS);
      if (!methods.isEmpty()) {
        lines.add(
            "if ($request_method !~ ^(%s)$) { return 444; }".formatted(String.join("|", methods)));
      }
    }

    // The raw lines of a location are for requests that reach the app.
    void serves(Static files) {
      raw = "";
      lines.add("alias " + files.path() + ";");
      if (!files.guard().isEmpty()) {
        lines.add("disable_symlinks " + files.guard() + ";");
      }
      if (!files.cache().isEmpty()) {
        lines.add("expires " + files.cache() + ";");
      }
    }

    void add(String line) {
      lines.add(line);
    }

    void asks(boolean passesWebsockets, List<String> more) {
      lines.addAll(SiteHeaders.of(server, extra, more, url));
      if (passesWebsockets && SiteHeaders.passesWebsockets(extra)) {
        lines.add("proxy_http_version 1.1;");
        lines.add("proxy_set_header Upgrade $reconcile_upgrade;");
        lines.add("proxy_set_header Connection $reconcile_connection;");
      }
    }

    void addUnlessSet(List<String> proxy) {
      for (Directive line : NginxConfig.parse("", String.join("\n", proxy)).directives()) {
        if (extra.stream().noneMatch(own -> own.is(line.name()))
            && lines.stream().noneMatch(own -> own.startsWith(line.name() + " "))) {
          lines.add(line.text());
        }
      }
    }

    // nginx waits as long as gunicorn does.
    void waits() {
      if (lines.stream().noneMatch(line -> line.startsWith("proxy_read_timeout "))
          && !hasTimeout
          && extra.stream().noneMatch(line -> line.is("proxy_read_timeout"))) {
        Optional.of(new NginxLimits(app.web().effective(), "").readTimeout())
            .filter(time -> !time.isEmpty())
            .ifPresent(time -> lines.add("proxy_read_timeout " + time + ";"));
      }
    }

    void end(String answer) {
      boolean answers = extra.stream().anyMatch(line -> line.is("proxy_pass") || line.is("return"));
      if (!answers) {
        lines.add(answer + ";");
      }
    }

    String block() {
      StringBuilder text = new StringBuilder("location " + path + " {\n");
      lines.forEach(line -> text.append(INDENT).append(line).append('\n'));
      if (!raw.isBlank()) {
        text.append(SiteTemplateModel.indented(raw)).append('\n');
      }
      return text.append('}').toString();
    }
  }
}
