// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.UnitStatus;
import dev.reconcile.state.JsonText;
import dev.reconcile.state.LastRun;
import dev.reconcile.status.AppStatus;
import dev.reconcile.status.BalancedHost;
import dev.reconcile.status.Drift;
import dev.reconcile.status.Health;
import dev.reconcile.status.HostStatus;
import dev.reconcile.status.ProcessStatus;
import dev.reconcile.status.ScheduleStatus;
import dev.reconcile.status.SiteCertificate;
import dev.reconcile.web.VisitorResult;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The status of a host as JSON; docs/scripting.md describes each field. An unknown value is missing
 * or empty.
 */
public final class StatusJson {

  private StatusJson() {}

  /** Returns the document, with a line break at its end. */
  public static String of(HostStatus status, String version) {
    return JsonText.of(json -> {
      json.writeStringField("format_version", RunJson.FORMAT);
      json.writeStringField("reconcile_version", version);
      json.writeStringField("at", Timestamps.text(status.at()));
      json.writeStringField("host", status.hostname());
      json.writeBooleanField("healthy", status.isHealthy());
      DiagnosticJson.write(
          json,
          "diagnostics",
          Stream.concat(status.problems().stream(), status.notices().stream()).toList());
      json.writeStringField("repo", status.repo());
      json.writeStringField("revision", status.revision());
      if (status.lastRun().isPresent()) {
        write(json, status.lastRun().get());
      }
      texts(json, "unfinished", status.unfinished());
      write(json, status.drift());
      json.writeArrayFieldStart("apps");
      for (AppStatus app : status.apps()) {
        write(json, app, status);
      }
      json.writeEndArray();
    });
  }

  private static void write(JsonGenerator json, LastRun run) throws IOException {
    json.writeObjectFieldStart("last_run");
    json.writeStringField("run", run.run());
    json.writeStringField("command", run.command());
    json.writeStringField("revision", run.revision());
    json.writeStringField("started", Timestamps.precise(run.started()));
    json.writeStringField("finished", Timestamps.precise(run.finished()));
    json.writeNumberField("exit_code", run.exit());
    texts(json, "errors", run.errors());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, AppStatus app, HostStatus status)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", app.name());
    List<Diagnostic> problems = app.problems(status.at());
    json.writeBooleanField("healthy", problems.isEmpty());
    DiagnosticJson.write(json, "diagnostics", problems);
    json.writeStringField("source", app.source().from());
    json.writeStringField("revision", app.source().revision());
    if (app.source().since().isPresent()) {
      json.writeStringField("since", Timestamps.text(app.source().since().get()));
    }
    json.writeArrayFieldStart("processes");
    for (ProcessStatus process : app.processes()) {
      json.writeStartObject();
      json.writeStringField("name", process.name());
      write(json, process);
      json.writeEndObject();
    }
    json.writeEndArray();
    texts(json, "server_names", app.serverNames());
    write(json, app.health());
    write(json, app.visitor());
    write(json, app.drift());
    if (app.certificate().isPresent()) {
      write(json, app.certificate().get(), status);
    }
    if (app.maintenance().isPresent()) {
      json.writeStringField("maintenance_since", app.maintenance().get().since());
    }
    if (!app.balanced().isEmpty()) {
      balanced(json, app.balanced());
    }
    json.writeStringField("quarantine", app.hold().map(AppStatus.Hold::quarantine).orElse(""));
    texts(json, "edited", app.edited());
    texts(json, "data", app.data());
    json.writeArrayFieldStart("schedules");
    for (ScheduleStatus schedule : app.schedules()) {
      write(json, schedule);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void balanced(JsonGenerator json, List<BalancedHost> hosts) throws IOException {
    json.writeArrayFieldStart("balanced_to");
    for (BalancedHost host : hosts) {
      json.writeStartObject();
      json.writeStringField("host", host.host());
      json.writeStringField("address", host.address());
      json.writeBooleanField("out", host.isOut());
      write(json, host.health());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, ProcessStatus process) throws IOException {
    json.writeStringField("unit", process.unit());
    if (process.service().isPresent()) {
      write(json, process.service().get());
    }
    json.writeNumberField("workers_configured", process.workers());
    json.writeStringField("address", process.address());
    if (process.listening().isPresent()) {
      json.writeBooleanField("listening", process.listening().get());
    }
  }

  private static void write(JsonGenerator json, ScheduleStatus schedule) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", schedule.name());
    json.writeStringField("unit", schedule.unit());
    json.writeBooleanField("active", schedule.active());
    json.writeStringField("state", schedule.state().name().toLowerCase(Locale.ROOT));
    json.writeStringField("cause", schedule.cause());
    time(json, "started", schedule.started());
    time(json, "ended", schedule.ended());
    time(json, "next", schedule.next());
    json.writeEndObject();
  }

  private static void time(JsonGenerator json, String name, Optional<Instant> time)
      throws IOException {
    if (time.isPresent()) {
      json.writeStringField(name, Timestamps.text(time.get()));
    }
  }

  private static void write(JsonGenerator json, UnitStatus service) throws IOException {
    json.writeStringField("active", service.active());
    json.writeStringField("sub", service.sub());
    if (service.since().isPresent()) {
      json.writeStringField("active_since", Timestamps.text(service.since().get()));
    }
    json.writeNumberField("workers", service.workers());
    json.writeNumberField("restarts", service.restarts());
    json.writeNumberField("memory_bytes", service.memory());
    if (service.memoryMax() > 0) {
      json.writeNumberField("memory_max_bytes", service.memoryMax());
    }
    if (service.memoryKills() > 0) {
      json.writeNumberField("memory_kills", service.memoryKills());
    }
    json.writeNumberField("main_pid", service.mainPid());
  }

  private static void write(JsonGenerator json, Health health) throws IOException {
    json.writeObjectFieldStart("health");
    json.writeStringField("state", health.state().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("status", health.status());
    json.writeNumberField("millis", health.millis());
    json.writeStringField("reason", health.words());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, VisitorResult visitor) throws IOException {
    json.writeObjectFieldStart("visitor");
    json.writeStringField("state", visitor.state().name().toLowerCase(Locale.ROOT));
    json.writeStringField("url", visitor.url());
    json.writeNumberField("status", visitor.status());
    json.writeNumberField("millis", visitor.millis());
    json.writeStringField("reason", visitor.words());
    if (visitor.failure().isPresent()) {
      json.writeStringField("detail", visitor.failure().get().detail());
      json.writeStringField("command", visitor.failure().get().command());
    }
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Drift drift) throws IOException {
    json.writeObjectFieldStart("drift");
    json.writeStringField("state", drift.state().name().toLowerCase(Locale.ROOT));
    texts(json, "what", drift.what());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, SiteCertificate certificate, HostStatus status)
      throws IOException {
    json.writeObjectFieldStart("certificate");
    json.writeStringField("path", certificate.path());
    if (certificate.validity().isPresent()) {
      SiteCertificate.Validity validity = certificate.validity().get();
      json.writeStringField("not_before", Timestamps.text(validity.from()));
      json.writeStringField("not_after", Timestamps.text(validity.until()));
      json.writeNumberField("days_left", validity.daysLeft(status.at()));
    }
    json.writeStringField("error", certificate.problem());
    json.writeEndObject();
  }

  private static void texts(JsonGenerator json, String name, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
