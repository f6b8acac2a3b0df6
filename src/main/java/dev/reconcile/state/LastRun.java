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
 * The report of the last run that was not a dry run, reduced to the fields that commands read.
 * Invariant: it has no secret, because the report has none.
 *
 * @param run the name of the run
 * @param command {@code apply} or {@code rollback}
 * @param repo the repository, with passwords masked
 * @param revision the commit; empty if the run ended without a plan
 * @param started the time at which the run began
 * @param finished the time at which the run ended
 * @param exit the exit code
 * @param errors the summaries of its errors
 * @param changes the changes of its plan
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
  /** The path of the report. */
  public static final String PATH = LocalHost.STATE + "/last-run.json";

  private static final int MOST_BYTES = 64 << 20;
  private static final int CHANGES = 2; // the exit code after changes, with --detailed-exitcode

  /**
   * One change of the plan.
   *
   * @param action the action, such as {@code update}
   * @param kind the kind of the resource
   * @param name the name of the resource
   * @param app the app that the resource belongs to; empty for the host
   * @param diff the difference, without secrets
   */
  public record Changed(String action, String kind, String name, String app, String diff) {}

  public LastRun {
    errors = List.copyOf(errors);
    changes = List.copyOf(changes);
  }

  /** Reports whether the run succeeded. */
  public boolean isGood() {
    return exit == 0 || exit == CHANGES;
  }

  /** Reads the report; empty if there is none, or if it cannot be parsed. */
  public static Optional<LastRun> load(Facts facts) throws HostException {
    if (facts.stat(PATH).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(of(JsonObject.parse(facts.read(PATH, MOST_BYTES))));
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      return Optional.empty(); // a report of another version; the next run replaces it
    }
  }

  // A report of an earlier version has the former name of the field.
  private static String renamed(JsonObject json, String name, String former) throws IOException {
    return json.text(json.has(name) ? name : former);
  }

  private static LastRun of(JsonObject json) throws IOException {
    List<Changed> changes = new ArrayList<>();
    for (JsonObject change : json.objects("plan")) {
      changes.add(
          new Changed(
              change.text("action"),
              change.text("kind"),
              change.text("name"),
              change.text("app"),
              change.text("diff")));
    }
    List<String> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (JsonObject diagnostic : json.objects("diagnostics")) {
      switch (diagnostic.text("severity")) {
        case "error" -> errors.add(diagnostic.text("summary"));
        case "warning" -> warnings.add(diagnostic.text("summary"));
        default -> {} // a notice
      }
    }
    for (JsonObject outcome : json.objects("outcomes")) {
      if (outcome.text("outcome").equals("failed")) {
        errors.add(outcome.text("subject") + ": " + renamed(outcome, "reason", "because"));
      }
    }
    int exit = json.number(json.has("exit_code") ? "exit_code" : "exit");
    if (errors.isEmpty() && exit != 0 && exit != CHANGES) {
      errors.addAll(warnings); // an outage is a warning, and the only reason for this exit code
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
