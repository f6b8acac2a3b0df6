// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Maintenance;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.state.LastRun;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.BalancedHost;
import dev.reconcile.status.Drift;
import dev.reconcile.status.Health;
import dev.reconcile.status.HostStatus;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.RunChanges;
import dev.reconcile.status.ScheduleStatus;
import dev.reconcile.status.SiteCertificate;
import dev.reconcile.web.SiteFailure;
import dev.reconcile.web.VisitorResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A host with an app that is well, one that is ill in every way, and one with hostile texts. */
final class StatusSample {
  static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
  static final String HOSTILE = "<script>alert('x')</script>&\"";

  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String RUN = "20260615T114800Z-00112233aabbccdd";

  private StatusSample() {}

  static HostStatus well() {
    return status(List.of(shop()), Drift.State.NONE, List.of(), 0, List.of());
  }

  static HostStatus ill() {
    return status(
        List.of(shop(), blog(), hostile()),
        Drift.State.DRIFTED,
        List.of("update file /etc/systemd/system/gunicorn@.service"),
        1,
        List.of("Unreachable source"));
  }

  static HostStatus withWorker() {
    AppStatus shop = shop();
    AppStatus both =
        new AppStatus(
            shop.name(),
            shop.source(),
            List.of(shop.web(), worker()),
            shop.serverNames(),
            shop.health(),
            shop.visitor(),
            shop.drift(),
            shop.certificate(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty());
    return status(List.of(both), Drift.State.NONE, List.of(), 0, List.of());
  }

  /** A host that has only the site of shop. */
  static HostStatus balancer() {
    AppStatus shop = shop();
    Health well = new Health(Health.State.HEALTHY, 200, 4, "");
    Health silent = new Health(Health.State.UNHEALTHY, 0, 3000, "GET /: no answer in time");
    AppStatus site =
        new AppStatus(
            shop.name(),
            new AppStatus.Source("", "", Optional.empty()),
            List.of(),
            shop.serverNames(),
            well,
            shop.visitor(),
            shop.drift(),
            shop.certificate(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(
                new BalancedHost("web1", "10.0.0.11:8080", false, well),
                new BalancedHost("web2", "10.0.0.12:8080", false, silent),
                new BalancedHost("web3", "10.0.0.13:8080", true, silent)));
    return status(List.of(site), Drift.State.NONE, List.of(), 0, List.of());
  }

  static HostStatus withSchedules() {
    AppStatus shop = shop();
    Optional<Instant> begin = Optional.of(NOW.minusSeconds(3 * 3600 + 12));
    Optional<Instant> end = Optional.of(NOW.minusSeconds(3 * 3600));
    Optional<Instant> next = Optional.of(NOW.plusSeconds(15 * 3600));
    Optional<Instant> none = Optional.empty();
    List<ScheduleStatus> schedules =
        List.of(
            schedule("backup", ScheduleStatus.State.SUCCEEDED, "", begin, end, next, true),
            schedule("mail", ScheduleStatus.State.RUNNING, "", begin, none, next, true),
            schedule("clean", ScheduleStatus.State.FAILED, "exit code 3", begin, end, next, true),
            schedule("never", ScheduleStatus.State.NOT_RUN, "", none, none, none, false));
    AppStatus all =
        new AppStatus(
            shop.name(),
            shop.source(),
            shop.processes(),
            shop.serverNames(),
            shop.health(),
            shop.visitor(),
            shop.drift(),
            shop.certificate(),
            Optional.empty(),
            List.of(),
            List.of(),
            schedules,
            Optional.of(new Maintenance("2026-02-01T00:10:00Z", Maintenance.USUAL)));
    return status(List.of(all), Drift.State.NONE, List.of(), 0, List.of());
  }

  private static ScheduleStatus schedule(
      String name,
      ScheduleStatus.State state,
      String cause,
      Optional<Instant> started,
      Optional<Instant> ended,
      Optional<Instant> next,
      boolean active) {
    String unit = "gunicorn-schedule@shop." + name + ".service";
    return new ScheduleStatus(name, unit, state, cause, started, ended, next, active);
  }

  private static ProcessStatus worker() {
    ProcessStatus failed = blog().web();
    return new ProcessStatus(
        "worker", "worker@shop.service", failed.service(), 0, "", Optional.empty());
  }

  static AppStatus shop() {
    return new AppStatus(
        "shop",
        new AppStatus.Source(
            "git@example.com:me/shop.git main", COMMIT, Optional.of(NOW.minusSeconds(86_400))),
        List.of(
            new ProcessStatus(
                "web",
                "gunicorn@shop.service",
                Optional.of(
                    new UnitStatus(
                        "active",
                        "running",
                        "enabled",
                        "success",
                        Optional.of(NOW.minusSeconds(3 * 86_400)),
                        812,
                        4,
                        0,
                        64L << 20)),
                4,
                "unix:/run/shop_gunicorn.sock",
                Optional.of(true))),
        List.of("shop.example", "www.shop.example"),
        new Health(Health.State.HEALTHY, 200, 4, ""),
        new VisitorResult(
            VisitorResult.State.SERVED, "https://shop.example/", 200, 5, "", Optional.empty()),
        drift(Drift.State.NONE, List.of()),
        Optional.of(certificate(61)),
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty());
  }

  private static AppStatus blog() {
    return new AppStatus(
        "blog",
        new AppStatus.Source("src/blog", COMMIT.substring(4), Optional.empty()),
        List.of(
            new ProcessStatus(
                "web",
                "gunicorn@blog.service",
                Optional.of(
                    new UnitStatus(
                        "failed",
                        "failed",
                        "enabled",
                        "exit-code",
                        Optional.of(NOW.minusSeconds(125)),
                        0,
                        0,
                        5,
                        0)),
                2,
                "127.0.0.1:20417",
                Optional.of(false))),
        List.of("blog.example"),
        new Health(Health.State.NOT_ASKED, 0, 0, "not asked, because it does not run"),
        VisitorResult.notAsked("not asked, because it does not run"),
        drift(
            Drift.State.DRIFTED,
            List.of(
                "update file /etc/nginx/sites-available/blog",
                "update unit gunicorn@blog.service")),
        Optional.of(certificate(-3)),
        Optional.of(
            AppStatus.Hold.of(
                "blog",
                new Quarantine("digest", RUN, "it did not come up (GET / is answered by 500)"))),
        List.of("main.py", "static/"),
        List.of("/var/lib/gunicorn/blog/instance", "/mnt/disk/blog uploads"),
        List.of(),
        Optional.empty());
  }

  private static AppStatus hostile() {
    return new AppStatus(
        "an-app-with-a-rather-long-name",
        new AppStatus.Source("https://***@example.com/" + HOSTILE, "", Optional.empty()),
        List.of(
            new ProcessStatus(
                "web",
                "gunicorn@an-app-with-a-rather-long-name.service",
                Optional.empty(),
                2,
                "unix:/run/an-app-with-a-rather-long-name_gunicorn.sock",
                Optional.empty())),
        List.of(),
        new Health(Health.State.UNHEALTHY, 0, 3000, "GET /" + HOSTILE + ": no answer in time"),
        new VisitorResult(
            VisitorResult.State.BLOCKED,
            "http://x/" + HOSTILE,
            502,
            1,
            "",
            Optional.of(
                new SiteFailure(SiteFailure.Kind.NOT_REACHED, true, "It says " + HOSTILE, "ls"))),
        drift(Drift.State.UNKNOWN, List.of("its source is out of reach")),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of("/srv/" + HOSTILE),
        List.of(),
        Optional.empty());
  }

  private static SiteCertificate certificate(int days) {
    return new SiteCertificate(
        "/etc/letsencrypt/live/shop.example/fullchain.pem",
        Optional.of(
            new SiteCertificate.Validity(
                NOW.minusSeconds(29 * 86_400L), NOW.plusSeconds(days * 86_400L))),
        "");
  }

  private static HostStatus status(
      List<AppStatus> apps, Drift.State drift, List<String> what, int exit, List<String> errors) {
    return new HostStatus(
        NOW,
        "web1",
        "git@example.com:me/server.git",
        COMMIT,
        Optional.of(
            new LastRun(
                RUN,
                "apply",
                "git@example.com:me/server.git",
                COMMIT,
                NOW.minusSeconds(12 * 60),
                NOW.minusSeconds(11 * 60),
                exit,
                errors,
                List.of(
                    new LastRun.Changed(
                        "update",
                        "file",
                        "/etc/nginx/sites-available/shop",
                        "shop",
                        "@@ -1 +1 @@\n-listen 80;\n+listen 443 ssl; # " + HOSTILE + "\n")))),
        apps,
        drift(drift, what),
        List.of(),
        exit == 0
            ? List.of()
            : List.of(Diagnostic.notice("Run in progress", "A run is in progress: " + HOSTILE)),
        List.of(run()));
  }

  private static RunChanges run() {
    return new RunChanges(
        RUN,
        "apply",
        COMMIT,
        new TreeMap<>(Map.of("shop", "changed", "", "changed")),
        new TreeMap<>(),
        List.of(
            new RunChanges.Changed(
                "update",
                new Address("file", "/etc/nginx/sites-available/shop"),
                "shop",
                Optional.of(
                    new RunChanges.Texts("listen 80;\n", "listen 443 ssl; # " + HOSTILE + "\n"))),
            new RunChanges.Changed(
                "update",
                new Address("file", "/etc/gunicorn/shop.secrets.env"),
                "shop",
                Optional.empty())));
  }

  private static Drift drift(Drift.State state, List<String> what) {
    return new Drift(state, what.stream().map(StatusSample::difference).toList());
  }

  private static Drift.Difference difference(String action) {
    String resource = action.replaceFirst("^update ", "");
    return new Drift.Difference(action, "Drift: " + resource + " differs (apply would update it)");
  }
}
