// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.DataFolder;
import dev.reconcile.code.Sizes;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.DataKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.report.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a plan says about data that is on the host already: data that an app finds, and data that an
 * app under another name has left.
 *
 * <p>Invariant: it reads sizes and times, and neither names nor content is shown.
 */
final class DataNotices {
  private static final int MOST_ENTRIES = 20_000;

  private final Facts facts;
  private final Plan plan;
  private final List<App> apps;

  private DataNotices(Facts facts, Plan plan, List<App> apps) {
    this.facts = facts;
    this.plan = plan;
    this.apps = apps;
  }

  /**
   * Returns the notices and warnings of a plan.
   *
   * @param facts the facts of the host
   * @param plan the plan
   * @param apps the apps of the desired state
   */
  static List<Diagnostic> of(Facts facts, Plan plan, List<App> apps) throws HostException {
    boolean concerns =
        plan.claims().stream().anyMatch(owned -> owned.address().kind().equals(DataKind.NAME));
    return concerns ? new DataNotices(facts, plan, apps).all() : List.of();
  }

  private List<Diagnostic> all() throws HostException {
    List<Diagnostic> notices = new ArrayList<>();
    Set<Address> made = new HashSet<>();
    Set<String> newApps = new TreeSet<>();
    for (PlannedChange planned : plan.changes()) {
      if (planned.change() instanceof Change.Create create) {
        made.add(create.address());
        if (create.address().kind().equals(DataKind.NAME)) {
          newApps.add(create.app());
        }
      }
    }
    for (OwnedResource owned : plan.claims()) {
      if (owned.address().kind().equals(DataKind.NAME) && !made.contains(owned.address())) {
        found(owned).ifPresent(notices::add);
      }
    }
    for (App app : apps) {
      if (newApps.contains(app.name())) {
        ofEarlierName(app).ifPresent(notices::add);
      }
    }
    return notices;
  }

  private Optional<Diagnostic> found(OwnedResource owned) throws HostException {
    String path = facts.realPath(owned.address().name()).orElse(owned.address().name());
    Seen seen = look(path);
    return seen.files == 0
        ? Optional.empty()
        : Optional.of(
            Diagnostic.notice(
                "Data found",
                "%s uses the data in %s: %s, last changed %s."
                    .formatted(owned.app(), owned.address().name(), seen.size(), seen.date())));
  }

  // An app that goes in the same plan, and whose data lies where the new app would have it.
  private Optional<Diagnostic> ofEarlierName(App app) throws HostException {
    Set<String> gone = new TreeSet<>();
    for (PlannedChange planned : plan.changes()) {
      if (planned.change() instanceof Change.Delete delete) {
        gone.add(delete.app());
      }
    }
    apps.forEach(other -> gone.remove(other.name()));
    for (String name : gone) {
      String data = name.isEmpty() ? "" : new Layout(name).data();
      if (!data.isEmpty() && hasPlaces(app, data)) {
        return Optional.of(left(app, name, data));
      }
    }
    return Optional.empty();
  }

  private boolean hasPlaces(App app, String data) throws HostException {
    String own = app.layout().data();
    for (DataFolder folder : app.data()) {
      if (folder.folder().startsWith(own + "/")
          && facts.stat(data + folder.folder().substring(own.length())).stream()
              .anyMatch(stat -> stat.type() == Stat.Type.DIRECTORY)) {
        return true;
      }
    }
    return false;
  }

  private Diagnostic left(App app, String name, String data) {
    Seen seen = look(data);
    return Diagnostic.warning(
            app.origin(),
            "Data of an app with another name",
            """
            %s goes, and its data stays in %s: %s, last changed %s. %s begins without data. If it \
            is the same app under a new name, move the data before this plan is applied:\
            """
                .formatted(name, data, seen.size(), seen.date(), app.name()))
        .withCommand(
            "systemctl stop %s %s && mv %s %s"
                .formatted(
                    new Layout(name).socketUnit(),
                    new Layout(name).service(),
                    data,
                    app.layout().data()));
  }

  private Seen look(String path) {
    Seen seen = new Seen();
    try {
      seen.isWhole =
          facts
              .folders()
              .lookThrough(
                  path,
                  MOST_ENTRIES,
                  item -> {
                    seen.add(item.stat(), item.modified());
                    return true;
                  });
    } catch (HostException e) {
      seen.isWhole = false;
    }
    return seen;
  }

  /** The sum of what a walk has seen. */
  private static final class Seen {
    private int files;
    private long bytes;
    private long newest;
    private boolean isWhole = true;

    private void add(Stat stat, long modified) {
      if (stat.type() != Stat.Type.DIRECTORY) {
        files++;
        bytes += stat.size();
        newest = Math.max(newest, modified);
      }
    }

    private String size() {
      String count = files == 1 ? "1 file" : files + " files";
      return (isWhole ? "" : "more than ") + count + " with " + Sizes.text(bytes);
    }

    private String date() {
      return Timestamps.text(Instant.ofEpochSecond(newest));
    }
  }
}
