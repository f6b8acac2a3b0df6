// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.Facts;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.State;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.SourceException;
import dev.reconcile.state.LastRun;
import dev.reconcile.web.SiteFailure;
import dev.reconcile.web.UnreadableDirectory;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the checks look at.
 *
 * @param facts of the host
 * @param now the time
 * @param configuration the configuration file
 * @param repo the repo
 * @param memory what is remembered; empty if that cannot be understood
 * @param damage why not; empty if it can
 * @param lastRun the last run
 * @param nginx what {@code nginx -t} says if it refuses its configuration; else empty
 * @param units systemd's view of the units that matter here
 * @param holder who holds the lock of runs; empty if nobody does
 * @param free bytes that can be used where reconcile keeps its records
 * @param sites what visitors of the apps that run meet
 */
public record DoctorContext(
    Facts facts,
    Instant now,
    Configured configuration,
    Repo repo,
    State memory,
    String damage,
    Optional<LastRun> lastRun,
    String nginx,
    SortedMap<String, UnitStatus> units,
    Optional<Holder> holder,
    long free,
    Sites sites) {
  public DoctorContext {
    units = Collections.unmodifiableSortedMap(new TreeMap<>(units));
  }

  /**
   * The configuration file.
   *
   * @param path where it is
   * @param mistakes what is wrong in it
   */
  public record Configured(String path, List<Diagnostic> mistakes) {
    public Configured {
      mistakes = List.copyOf(mistakes);
    }
  }

  /**
   * The repo.
   *
   * @param text as it was configured, passwords masked; empty if none is
   * @param url its address; empty if none is configured, or none that is one
   * @param failure why it cannot be read; empty if it can, or if it was not asked
   */
  public record Repo(String text, Optional<RepoUrl> url, Optional<SourceException> failure) {}

  /**
   * A run that goes on.
   *
   * @param pid its process
   * @param since when it began
   */
  public record Holder(long pid, Instant since) {}

  /**
   * What visitors meet.
   *
   * @param obstacles what keeps them from an app
   * @param shut directories that nginx may not read
   */
  public record Sites(List<SiteFailure> obstacles, List<UnreadableDirectory> shut) {
    /** All is as it should be. */
    public static final Sites OPEN = new Sites(List.of(), List.of());

    public Sites {
      obstacles = List.copyOf(obstacles);
      shut = List.copyOf(shut);
    }
  }

  /** A unit, if systemd has loaded it. */
  Optional<UnitStatus> unit(String name) {
    return Optional.ofNullable(((Map<String, UnitStatus>) units).get(name));
  }
}
