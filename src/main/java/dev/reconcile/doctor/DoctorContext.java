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
 * The context of the checks.
 *
 * @param facts the facts of the host
 * @param now the current time
 * @param configuration the configuration file
 * @param repo the repository
 * @param memory the state that earlier runs recorded; empty if it cannot be read
 * @param damage why the state cannot be read; empty if it can
 * @param lastRun the report of the last run
 * @param nginx the message of {@code nginx -t} if it rejects the configuration; otherwise empty
 * @param units systemd's view of the units that the checks need, by name
 * @param holder the process that holds the lock of runs; empty if none does
 * @param free the free space for reconcile's records, in bytes
 * @param sites the result of the visitor checks of the apps that run
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
   * @param path its path
   * @param mistakes the mistakes in it
   */
  public record Configured(String path, List<Diagnostic> mistakes) {
    public Configured {
      mistakes = List.copyOf(mistakes);
    }
  }

  /**
   * The repository.
   *
   * @param text the configured text, with passwords masked; empty if none is configured
   * @param url its address; empty if none is configured or the text is no address
   * @param failure why it cannot be read; empty if it can, or if that was not tried
   */
  public record Repo(String text, Optional<RepoUrl> url, Optional<SourceException> failure) {}

  /**
   * A run in progress.
   *
   * @param pid its process id
   * @param since its start
   */
  public record Holder(long pid, Instant since) {}

  /**
   * The result of the visitor checks.
   *
   * @param obstacles the reasons why visitors do not reach apps
   * @param shut the directories that nginx may not read
   */
  public record Sites(List<SiteFailure> obstacles, List<UnreadableDirectory> shut) {
    /** The result without a failure. */
    public static final Sites OPEN = new Sites(List.of(), List.of());

    public Sites {
      obstacles = List.copyOf(obstacles);
      shut = List.copyOf(shut);
    }
  }

  /** Returns the status of a unit, if systemd has loaded it. */
  Optional<UnitStatus> unit(String name) {
    return Optional.ofNullable(((Map<String, UnitStatus>) units).get(name));
  }
}
