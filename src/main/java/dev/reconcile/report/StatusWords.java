// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.model.UnitStatus;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.Drift;
import dev.reconcile.status.Health;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.SiteCertificate;
import dev.reconcile.web.VisitorResult;
import java.time.Instant;

/** What is seen of an app in a word or two, for text and page alike. */
final class StatusWords {
  /** For what there is not, or cannot be known. */
  static final String NONE = "-";

  private static final int SHORT = 12;

  private StatusWords() {}

  /** Whether its unit runs, and since when. */
  static String state(ProcessStatus process, Instant now) {
    if (process.service().isEmpty()) {
      return NONE;
    }
    UnitStatus service = process.service().get();
    String age = service.since().map(since -> " " + RelativeTime.between(since, now)).orElse("");
    return (service.running() ? "up" : service.active()) + age;
  }

  /** How many workers there are of how many. */
  static String workers(ProcessStatus process) {
    int most = process.workers();
    return process
        .service()
        .map(service -> service.workers() + "/" + (most == 0 ? "?" : most))
        .orElse(NONE);
  }

  /** What it answers. */
  static String health(Health health) {
    return switch (health.state()) {
      case HEALTHY -> health.status() + ", " + health.millis() + " ms";
      case UNHEALTHY -> health.status() == 0 ? "no answer" : String.valueOf(health.status());
      case NOT_ASKED -> NONE;
    };
  }

  /** What a visitor of its site gets. */
  static String visitor(VisitorResult reception) {
    return switch (reception.state()) {
      case SERVED, BLOCKED ->
          reception.status() == 0 ? "no answer" : String.valueOf(reception.status());
      case UNKNOWN -> NONE;
    };
  }

  /** Whether it is as it should be. */
  static String drift(Drift drift) {
    return switch (drift.state()) {
      case NONE -> "none";
      case DRIFTED -> String.valueOf(drift.what().size());
      case UNKNOWN -> "unknown";
    };
  }

  /** How long its certificate is valid. */
  static String certificate(AppStatus app, Instant now) {
    return app.certificate()
        .map(one -> one.validity().map(v -> v.daysLeft(now) + " d").orElse("error"))
        .orElse(NONE);
  }

  /** The beginning of a commit's id. */
  static String revision(String id) {
    return id.isEmpty() ? NONE : id.substring(0, Math.min(SHORT, id.length()));
  }

  /** Whether a certificate is one to complain of. */
  static boolean complains(SiteCertificate certificate, Instant now) {
    return certificate.complaint(now).isPresent();
  }
}
