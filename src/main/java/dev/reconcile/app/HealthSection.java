// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.App.Health;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;

/** The key {@code health}: the answer of an app that counts as healthy. */
final class HealthSection {
  static final Key<String> PATH =
      Key.text("path", TextFormat.URL_PATH, "/", "the path of the request")
          .more(
              """
              The request goes through the app's socket. A run that changes a key of \
              `health` makes the request without a restart. Its exit code is 3 if the health \
              check fails.\
              """)
          .example("/healthz");
  static final Key<String> STATUS =
      Key.text("status", TextFormat.STATUS, "200-399", "the statuses that count as healthy");
  static final Key<String> TIMEOUT =
      Key.text("timeout", TextFormat.DURATION, "10s", "the greatest duration of a start");

  static final Schema.Fields SCHEMA = Key.fields("health", PATH, STATUS, TIMEOUT);

  private final Declarations mistakes;

  HealthSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  Health decode(Table health) {
    String status = health.get(STATUS);
    int dash = status.indexOf('-');
    int least = Integer.parseInt(dash < 0 ? status : status.substring(0, dash));
    int most = Integer.parseInt(dash < 0 ? status : status.substring(dash + 1));
    if (least > most) {
      mistakes.error(
          health.origin(STATUS),
          "Reversed range",
          status + " has its larger number first; write " + most + "-" + least + ".");
    }
    return new Health(health.get(PATH), least, most, TextFormat.duration(health.get(TIMEOUT)));
  }
}
