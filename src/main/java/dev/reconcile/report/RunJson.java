// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.apply.Outcome;
import dev.reconcile.apply.RolledBack;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.plan.ChangeLabels;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.state.JsonText;
import dev.reconcile.web.SiteFailure;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A run as JSON, for {@code --json} and {@code last-run.json}. Within a format version, fields are
 * only added. Readers must skip unknown fields.
 */
public final class RunJson {
  /** The version of the format. */
  public static final String FORMAT = "1.0";

  private RunJson() {}

  /**
   * Returns the document of a command that ended before it had a result.
   *
   * @param version the version of reconcile
   * @param exit the exit code of the command
   * @param diagnostics the reasons
   */
  public static String of(String version, int exit, List<Diagnostic> diagnostics) {
    return JsonText.of(json -> {
      json.writeStringField("format_version", FORMAT);
      json.writeStringField("reconcile_version", version);
      json.writeNumberField("exit_code", exit);
      json.writeArrayFieldStart("diagnostics");
      for (Diagnostic diagnostic : diagnostics) {
        DiagnosticJson.write(json, diagnostic);
      }
      json.writeEndArray();
    });
  }

  /** Returns the document of a run, with a line break at its end. */
  public static String of(RunReport run) {
    return JsonText.of(json -> {
      json.writeStringField("format_version", FORMAT);
      json.writeStringField("reconcile_version", run.version());
      json.writeStringField("command", run.command());
      json.writeStringField("run", run.run());
      json.writeStringField("repo", run.repo());
      json.writeStringField("revision", run.plan().map(Plan::revision).orElse(""));
      json.writeStringField("started", Timestamps.precise(run.started()));
      json.writeStringField("finished", Timestamps.precise(run.finished()));
      json.writeNumberField("exit_code", run.exit());
      json.writeArrayFieldStart("diagnostics");
      for (Diagnostic diagnostic : run.diagnostics()) {
        DiagnosticJson.write(json, diagnostic);
      }
      if (run.plan().isPresent()) {
        for (Diagnostic diagnostic : run.plan().get().diagnostics()) {
          DiagnosticJson.write(json, diagnostic);
        }
      }
      if (run.applied().isPresent()) {
        for (Diagnostic diagnostic : run.applied().get().notices()) {
          DiagnosticJson.write(json, diagnostic);
        }
      }
      json.writeEndArray();
      if (run.suspension().isPresent()) {
        write(json, run.suspension().get());
      }
      if (run.fleet().isPresent()) {
        write(json, run.fleet().get());
      }
      if (run.plan().isPresent()) {
        write(json, run.plan().get());
      }
      if (run.applied().isPresent()) {
        json.writeArrayFieldStart("outcomes");
        for (Outcome outcome : run.applied().get().outcomes()) {
          write(json, outcome);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("rolled_back");
        for (RolledBack rolledBack : run.applied().get().rolledBack()) {
          write(json, rolledBack);
        }
        json.writeEndArray();
        write(json, run.applied().get().unreached());
      }
    });
  }

  private static void write(JsonGenerator json, SortedMap<String, SiteFailure> unreached)
      throws IOException {
    json.writeObjectFieldStart("unreached");
    for (Map.Entry<String, SiteFailure> entry : unreached.entrySet()) {
      json.writeFieldName(entry.getKey());
      DiagnosticJson.write(json, entry.getValue().diagnostic());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Suspension suspension) throws IOException {
    json.writeObjectFieldStart("suspended");
    json.writeStringField("since", suspension.since());
    json.writeStringField("by", suspension.by());
    json.writeStringField("reason", suspension.reason());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, FleetReport fleet) throws IOException {
    json.writeObjectFieldStart("fleet");
    json.writeStringField("group", fleet.group());
    json.writeNumberField("release", fleet.release());
    json.writeStringField("state", fleet.state().word());
    json.writeStringField("because", fleet.because());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Plan plan) throws IOException {
    json.writeBooleanField("changes", !plan.isEmpty());
    json.writeNumberField("unchanged", plan.unchanged());
    json.writeArrayFieldStart("plan");
    for (PlannedChange planned : plan.changes()) {
      Change change = planned.change();
      json.writeStartObject();
      json.writeStringField("action", ChangeLabels.verb(change).replace(' ', '_'));
      json.writeStringField("kind", change.address().kind());
      json.writeStringField("name", change.address().name());
      json.writeStringField("app", change.app());
      json.writeStringField("diff", ChangeText.diff(change));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("handlers");
    for (PendingHandler due : plan.handlers()) {
      json.writeStartObject();
      json.writeStringField("id", due.handler().id());
      json.writeStringField("app", due.handler().app());
      json.writeStringField("reason", due.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeObjectFieldStart("held");
    for (Map.Entry<String, Diagnostic> entry : plan.held().entrySet()) {
      json.writeFieldName(entry.getKey());
      DiagnosticJson.write(json, entry.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("left_out");
    for (String thing : plan.leftOut()) {
      json.writeString(thing);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, RolledBack rolledBack) throws IOException {
    json.writeStartObject();
    json.writeStringField("app", rolledBack.app());
    json.writeStringField("reason", rolledBack.reason());
    json.writeBooleanField("quarantined", rolledBack.quarantined());
    if (rolledBack.isReleased()) {
      json.writeBooleanField("release_not_undone", true);
    }
    if (rolledBack.problem().isPresent()) {
      json.writeFieldName("diagnostic");
      DiagnosticJson.write(json, rolledBack.problem().get());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Outcome outcome) throws IOException {
    json.writeStartObject();
    json.writeStringField("subject", outcome.subject());
    json.writeStringField("app", outcome.app());
    switch (outcome) {
      case Outcome.Done done -> json.writeStringField("outcome", "done");
      case Outcome.Skipped skipped -> {
        json.writeStringField("outcome", "skipped");
        json.writeStringField("reason", skipped.because());
      }
      case Outcome.Deferred deferred -> {
        json.writeStringField("outcome", "deferred");
        json.writeStringField("reason", deferred.diagnostic().summary());
        json.writeStringField("detail", deferred.diagnostic().detail());
      }
      case Outcome.Failed failed -> {
        json.writeStringField("outcome", "failed");
        json.writeStringField("reason", failed.diagnostic().summary());
        json.writeStringField("detail", failed.diagnostic().detail());
      }
    }
    json.writeEndObject();
  }
}
