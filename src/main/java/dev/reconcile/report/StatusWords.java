// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.UnitStatus;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.Drift;
import dev.reconcile.status.Health;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.ScheduleStatus;
import dev.reconcile.status.SiteCertificate;
import dev.reconcile.web.VisitorResult;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/** The cells of a status: each aspect of an app in one or two words, for text and page. */
final class StatusWords {
  /** The cell of an aspect that does not exist or is unknown. */
  static final String NONE = "-";

  private static final int SHORT = 12;

  private StatusWords() {}

  /** Returns the state of the unit, and how long it has lasted. */
  static String state(ProcessStatus process, Instant now) {
    if (process.service().isEmpty()) {
      return NONE;
    }
    UnitStatus service = process.service().get();
    String age = service.since().map(since -> " " + RelativeTime.between(since, now)).orElse("");
    return (service.running() ? "up" : service.active()) + age;
  }

  /**
   * Returns what is known of a background process: its state, main process, restarts and memory.
   */
  static String background(ProcessStatus process, Instant now) {
    StringBuilder words = new StringBuilder(state(process, now));
    process
        .service()
        .ifPresent(service -> {
          if (service.mainPid() > 0) {
            words.append(", pid ").append(service.mainPid());
          }
          if (service.restarts() > 0) {
            words.append(", ").append(service.restarts());
            words.append(service.restarts() == 1 ? " restart" : " restarts");
          }
          memory(service).ifPresent(memory -> words.append(", ").append(memory));
        });
    return words.toString();
  }

  /**
   * Returns the memory of a unit against its limit, and the kills for want of memory; empty if
   * there is nothing to tell. A unit with a limit whose memory the kernel does not count uses
   * {@code [not set]}.
   */
  static Optional<String> memory(UnitStatus service) {
    int kills = service.memoryKills();
    String killed =
        "killed %s for want of memory".formatted(kills == 1 ? "once" : kills + " times");
    boolean isLimited = service.memoryMax() > 0 && service.running();
    if (service.memory() == 0 && !isLimited) {
      return kills == 0 ? Optional.empty() : Optional.of(killed);
    }
    String use = service.memory() == 0 ? "[not set]" : String.valueOf(service.memory() >> 20);
    String most = service.memoryMax() == 0 ? "" : " of " + (service.memoryMax() >> 20);
    return Optional.of(use + most + " MiB" + (kills == 0 ? "" : ", " + killed));
  }

  /** Returns the state of the last run of a schedule, how long ago it was, and its duration. */
  static String run(ScheduleStatus schedule, Instant now) {
    String ago =
        (schedule.ended().isPresent() ? schedule.ended() : schedule.started())
            .map(time -> " " + RelativeTime.between(time, now))
            .orElse("");
    String took =
        schedule.duration().map(length -> " (took " + length.toSeconds() + " s)").orElse("");
    return switch (schedule.state()) {
      case UNKNOWN -> NONE;
      case NOT_RUN -> "no known run";
      case RUNNING -> "running for" + ago;
      case SUCCEEDED -> "succeeded" + ago + " ago" + took;
      case FAILED -> "failed" + (ago.isEmpty() ? "" : ago + " ago") + took;
    };
  }

  /** Returns the time until the next run of a schedule. */
  static String next(ScheduleStatus schedule, Instant now) {
    return schedule.next().map(next -> "in " + RelativeTime.between(now, next)).orElse(NONE);
  }

  /** Returns the numbers of running and of configured workers; a dash if it has none. */
  static String workers(ProcessStatus process) {
    int most = process.workers();
    return process
        .service()
        .filter(service -> most > 0 || service.workers() > 0)
        .map(service -> service.workers() + "/" + (most == 0 ? "?" : most))
        .orElse(NONE);
  }

  /** Returns the app's answer to the health check. */
  static String health(Health health) {
    return switch (health.state()) {
      case HEALTHY -> health.status() + ", " + health.millis() + " ms";
      case UNHEALTHY -> health.status() == 0 ? "no answer" : String.valueOf(health.status());
      case NOT_ASKED -> NONE;
    };
  }

  /** Returns the answer that a visitor of the site gets. */
  static String visitor(VisitorResult result) {
    return switch (result.state()) {
      case SERVED, BLOCKED -> result.status() == 0 ? "no answer" : String.valueOf(result.status());
      case UNKNOWN -> NONE;
    };
  }

  /** Returns the hosts to which requests go, each with its answer. */
  static String balanced(AppStatus app) {
    return app.balanced().stream()
        .map(host ->
            "%s (%s)"
                .formatted(
                    host.host(),
                    host.isOut()
                        ? "out"
                        : host.health().status() == 0
                            ? "no answer"
                            : String.valueOf(host.health().status())))
        .collect(Collectors.joining(", "));
  }

  /** Returns the number of differences, or that there are none or they are unknown. */
  static String drift(Drift drift) {
    return switch (drift.state()) {
      case NONE -> "none";
      case DRIFTED -> String.valueOf(drift.what().size());
      case UNKNOWN -> "unknown";
    };
  }

  /** Returns the drift of an app; a held app is not compared with the repo. */
  static String drift(AppStatus app) {
    return app.isHeld() && app.drift().state() == Drift.State.UNKNOWN ? "held" : drift(app.drift());
  }

  /** Returns the end of a summary line that counts the held apps; empty if none is held. */
  static String held(long apps) {
    return apps == 0 ? "" : ", " + apps + (apps == 1 ? " app" : " apps") + " held";
  }

  /** Returns the days for which the certificate is still valid. */
  static String certificate(AppStatus app, Instant now) {
    return app.certificate()
        .map(certificate -> certificate.validity().map(v -> v.daysLeft(now) + " d").orElse("error"))
        .orElse(NONE);
  }

  /** Returns the beginning of a commit's id. */
  static String revision(String id) {
    return id.isEmpty() ? NONE : id.substring(0, Math.min(SHORT, id.length()));
  }

  /** Reports whether a certificate has a problem. */
  static boolean complains(SiteCertificate certificate, Instant now) {
    return certificate.problem(now).isPresent();
  }
}
