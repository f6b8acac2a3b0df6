// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The report of the last run that was no plan, as far as others need it. Invariant: it holds no
 * secret, because the report does not.
 *
 * @param run the run's name
 * @param command {@code apply} or {@code rollback}
 * @param repo the repo, passwords masked
 * @param revision the commit; empty if it did not come to that
 * @param started when it began
 * @param finished when it ended
 * @param exit its exit code
 * @param errors the summaries of what went wrong
 * @param changes what it was to change
 */
public record LastRun(
    String run,
    String command,
    String repo,
    String revision,
    Instant started,
    Instant finished,
    int exit,
    List<String> errors,
    List<Changed> changes) {
  /** Where the report is. */
  public static final String PATH = LocalHost.STATE + "/last-run.json";

  private static final int MOST_BYTES = 64 << 20;
  private static final int CHANGES = 2; // with --detailed-exitcode

  /**
   * One thing that it was to change.
   *
   * @param action such as {@code update}
   * @param kind the resource's kind
   * @param name its name
   * @param app the app it belongs to, empty for the host
   * @param diff as far as it may be shown
   */
  public record Changed(String action, String kind, String name, String app, String diff) {}

  public LastRun {
    errors = List.copyOf(errors);
    changes = List.copyOf(changes);
  }

  /** Whether all went well. */
  public boolean isGood() {
    return exit == 0 || exit == CHANGES;
  }

  /** Reads the report; empty if there is none, or none that can be understood. */
  public static Optional<LastRun> load(Facts facts) throws HostException {
    if (facts.stat(PATH).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(JsonObject.parse(facts.read(PATH, MOST_BYTES))));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty(); // of another version: the next run writes it anew
    }
  }

  // a report of an earlier version has the former name
  private static String renamed(JsonObject json, String name, String former) throws IOException {
    return json.text(json.has(name) ? name : former);
  }

  private static LastRun of(JsonObject json) throws IOException {
    List<Changed> changes = new ArrayList<>();
    for (JsonObject one : json.objects("plan")) {
      changes.add(
          new Changed(
              one.text("action"),
              one.text("kind"),
              one.text("name"),
              one.text("app"),
              one.text("diff")));
    }
    List<String> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (JsonObject one : json.objects("diagnostics")) {
      switch (one.text("severity")) {
        case "error" -> errors.add(one.text("summary"));
        case "warning" -> warnings.add(one.text("summary"));
        default -> {} // a notice
      }
    }
    for (JsonObject one : json.objects("outcomes")) {
      if (one.text("outcome").equals("failed")) {
        errors.add(one.text("subject") + ": " + renamed(one, "reason", "because"));
      }
    }
    int exit = json.number(json.has("exit_code") ? "exit_code" : "exit");
    if (errors.isEmpty() && exit != 0 && exit != CHANGES) {
      errors.addAll(warnings); // an outage is a warning, and the only reason for its exit code
    }
    return new LastRun(
        json.text("run"),
        json.text("command"),
        json.text("repo"),
        json.text("revision"),
        Instant.parse(json.text("started")),
        Instant.parse(json.text("finished")),
        exit,
        errors,
        changes);
  }
}
