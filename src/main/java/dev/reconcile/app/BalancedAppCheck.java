// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The check of the parts of an app that must fit the hosts of its {@code balance}. */
public final class BalancedAppCheck {
  private static final Set<String> FILES =
      Set.of("root", "alias", "auth_basic_user_file", "include");

  private final Declarations mistakes;

  /**
   * @param mistakes receives mistakes
   */
  public BalancedAppCheck(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Reports what does not fit.
   *
   * @param app the app, not balanced yet
   * @param keys its keys
   * @param balance its hosts
   */
  public void check(App app, Table keys, Balance balance) {
    List<String> to = balance.to().stream().map(Balance.Member::host).toList();
    Stream.of(AppSection.PROCESSES, AppSection.SCHEDULES)
        .flatMap(key -> keys.table(key).map().entries().stream())
        .forEach(entry -> placed(app.name(), entry, to));
    app.site()
        .ifPresent(site -> {
          files(app, site, balance);
          site.locations().forEach(location -> location(app, location, balance));
        });
    if (balance.on().size() > 1 && app.usesAcme()) {
      mistakes.warning(
          balance.origin(),
          "Certificate on several balancers",
          """
          Each of %s orders a certificate of its own, and the ACME server asks only the host to \
          which the name leads. Copy a certificate to all of them, and name it in site.tls.\
          """
              .formatted(Balance.names(balance.on())));
    }
  }

  // A balancer has the locations, and must wait longer for a host than the host does for the app.
  private void location(App app, Location location, Balance balance) {
    if (location.answer() instanceof Location.OfFiles) {
      mistakes.error(
          location.keys().origin(LocationSection.STATIC),
          "Files of the app on a balancer",
          """
          The locations are on %s, and the files of %s are on %s alone. Use the key static of \
          the site.\
          """
              .formatted(Balance.names(balance.on()), app.name(), Balance.names(balance.to())));
    }
    if (location.keys().has(TimeoutKey.KEY)) {
      mistakes.error(
          location.keys().origin(TimeoutKey.KEY),
          "Timeout of a part of a balanced site",
          "A balanced site has one timeout. Set site.timeout to the longest one.");
    }
  }

  /**
   * Reports a balance of an app without a site.
   *
   * @param origin where the balance is
   */
  public void requireSite(App app, Table keys, Origin origin) {
    if (app.site().isEmpty() && !keys.isRefused(AppSection.SITE)) {
      mistakes.error(
          origin,
          "Balance without a site",
          """
          %s has no site, so no visitor sends it a request. Remove balance, or write \
          "balance: false" if defaults set it.\
          """
              .formatted(app.name()));
    }
  }

  private void placed(String app, Value.Entry entry, List<String> to) {
    for (Value host : Table.of(entry.value()).items(ProcessesSection.ON)) {
      Table.textOf(host)
          .filter(name -> !to.contains(name))
          .ifPresent(name ->
              mistakes.error(
                  host.origin(),
                  "Process on a host without the app",
                  "%s runs on the hosts of balance.to (%s), so %s cannot run on %s."
                      .formatted(app, String.join(", ", to), entry.key(), name)));
    }
  }

  // A balancer has neither the code nor the data of the app.
  private void files(App app, App.Site site, Balance balance) {
    Layout layout = app.layout();
    List<String> own =
        Stream.concat(
                Stream.of(app.directory(), layout.checkouts(), layout.earlier()),
                app.data().stream().map(DataFolder::folder))
            .toList();
    Stream<Directive> extra =
        SiteHeaders.extra(site).stream()
            .flatMap(line -> Stream.concat(Stream.of(line), line.all()));
    Optional<String> path =
        Stream.concat(
                Stream.of(site.get(SiteSection.ROOT)),
                extra.filter(line -> FILES.contains(line.name())).map(Directive::parameter))
            .filter(found -> own.stream().anyMatch(folder -> isIn(found, folder)))
            .findFirst();
    Origin origin =
        path.filter(found -> found.equals(site.get(SiteSection.ROOT))).isPresent()
            ? site.origin(SiteSection.ROOT)
            : site.origin(SiteSection.EXTRA);
    path.ifPresent(found -> filesElsewhere(origin, "lines of site.extra", found, balance));
    StaticPaths paths = new StaticPaths(app.directory(), app.data());
    site.get(ErrorPagesKey.KEY).values().stream()
        .map(page -> paths.of("", page).path())
        .filter(page -> own.stream().anyMatch(folder -> isIn(page, folder)))
        .findFirst()
        .ifPresent(
            page -> filesElsewhere(site.origin(ErrorPagesKey.KEY), "error_pages", page, balance));
    if (site.http().contains("unix:" + layout.socket())) {
      mistakes.error(
          site.origin(SiteSection.HTTP),
          "Socket of the app on a balancer",
          """
          The lines of site.http are for %s, where %s does not listen. Remove the upstream, and \
          write http://%s in site.extra: that is the upstream that reconcile makes.\
          """
              .formatted(Balance.names(balance.on()), app.name(), Balance.upstream(app.name())));
    }
  }

  private void filesElsewhere(Origin origin, String what, String path, Balance balance) {
    String advice =
        what.equals("error_pages")
            ? "Declare the page in files: of those hosts, and name its absolute path."
            : "Use static, or move the location to balance.extra.";
    mistakes.error(
        origin,
        "Files of the app on a balancer",
        "The %s are for %s, and %s is on %s alone. %s"
            .formatted(
                what, Balance.names(balance.on()), path, Balance.names(balance.to()), advice));
  }

  private static boolean isIn(String path, String folder) {
    return !folder.isEmpty() && (path + "/").startsWith(folder + "/");
  }
}
