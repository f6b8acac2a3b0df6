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
import java.time.Instant;
import java.util.Collections;
import java.util.List;
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
 * @param records what runs have recorded on the host
 * @param units systemd's view of the units that the checks need, by name
 * @param nginx what nginx says of its configuration and answers to visitors
 * @param running the findings on what runs for the apps: the holders of their ports, their
 *     background processes and their schedules
 * @param fleet the host's fleet; empty if it is in none
 */
public record DoctorContext(
    Facts facts,
    Instant now,
    Configured configuration,
    Repo repo,
    Records records,
    SortedMap<String, UnitStatus> units,
    Nginx nginx,
    List<Diagnostic> running,
    Optional<Fleet> fleet) {
  public DoctorContext {
    running = List.copyOf(running);
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
   * What runs have recorded on the host.
   *
   * @param state the state that earlier runs recorded; empty if it cannot be read
   * @param damage why the state cannot be read; empty if it can
   * @param lastRun the report of the last run
   * @param holder the process that holds the lock of runs; empty if none does
   * @param free the free space for reconcile's records, in bytes
   */
  public record Records(
      State state, String damage, Optional<LastRun> lastRun, Optional<Holder> holder, long free) {}

  /**
   * nginx, and its answers to visitors.
   *
   * @param rejection the message of {@code nginx -t} if it rejects the configuration; otherwise
   *     empty
   * @param unreached the reasons why visitors do not reach running apps
   * @param unreadable the directories and files that nginx may not read
   */
  public record Nginx(String rejection, List<SiteFailure> unreached, List<Diagnostic> unreadable) {
    public Nginx {
      unreached = List.copyOf(unreached);
      unreadable = List.copyOf(unreadable);
    }
  }

  /**
   * A fleet.
   *
   * @param host the name of this host
   * @param damage why the record of this host's turns cannot be read; empty if it can
   * @param needsCertificate whether the engine knows this host by a certificate
   * @param answers whether the engine could be read
   * @param engine the findings on the engine
   */
  public record Fleet(
      String host,
      String damage,
      boolean needsCertificate,
      boolean answers,
      List<Diagnostic> engine) {
    public Fleet {
      engine = List.copyOf(engine);
    }
  }

  /** Returns the status of a unit, if systemd has loaded it. */
  Optional<UnitStatus> unit(String name) {
    return Optional.ofNullable(units.get(name));
  }
}
