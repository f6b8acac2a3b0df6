// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.fleet.FleetRelease;
import dev.reconcile.fleet.FleetStatus;
import dev.reconcile.fleet.FleetStatus.HostLine;
import dev.reconcile.fleet.Gate;
import dev.reconcile.state.JsonText;
import java.io.IOException;
import java.util.Map;

/**
 * The status of a group as JSON. Within a format version, fields are only added. Readers must skip
 * unknown fields.
 */
public final class FleetJson {
  /** The version of the format. */
  public static final String FORMAT = "1.0";

  private FleetJson() {}

  /**
   * Returns the document, with a line break at its end.
   *
   * @param version the version of reconcile
   */
  public static String of(FleetStatus status, String version) {
    Gate gate = status.gate();
    return JsonText.of(json -> {
      json.writeStringField("format_version", FORMAT);
      json.writeStringField("reconcile_version", version);
      json.writeStringField("group", status.group());
      json.writeBooleanField("well", status.isWell());
      json.writeFieldName("stable");
      release(json, status, gate.stable());
      if (gate.candidate().isPresent()) {
        json.writeFieldName("candidate");
        release(json, status, gate.candidate().get());
      }
      if (gate.held().isPresent()) {
        json.writeObjectFieldStart("halted");
        json.writeStringField("by", gate.held().get().by());
        json.writeStringField("reason", gate.held().get().why());
        json.writeEndObject();
      }
      json.writeNumberField("have_stable", status.have());
      json.writeArrayFieldStart("hosts");
      for (HostLine host : status.hosts()) {
        host(json, gate, host);
      }
      json.writeEndArray();
    });
  }

  private static void release(JsonGenerator json, FleetStatus status, FleetRelease release)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("release", release.number());
    json.writeStringField("commit", release.revisions().commit());
    json.writeObjectFieldStart("sources");
    for (Map.Entry<String, String> pin : release.revisions().sources().entrySet()) {
      json.writeStringField(pin.getKey(), pin.getValue());
    }
    json.writeEndObject();
    json.writeBooleanField("failed", status.hasFailed(release));
    json.writeNumberField("max_unavailable", release.numbers().maxUnavailable());
    json.writeNumberField("halt_after", release.numbers().haltAfter());
    json.writeNumberField("soak_seconds", release.numbers().soak().toSeconds());
    json.writeArrayFieldStart("canary");
    for (String canary : release.numbers().canaries()) {
      json.writeString(canary);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void host(JsonGenerator json, Gate gate, HostLine host) throws IOException {
    json.writeStartObject();
    json.writeStringField("host", host.name());
    json.writeNumberField("release", host.release());
    json.writeStringField("commit", host.commit());
    json.writeStringField("state", host.state().word());
    if (host.since().isPresent()) {
      json.writeStringField("since", Timestamps.precise(host.since().get()));
    }
    json.writeBooleanField("canary", host.isCanary());
    json.writeBooleanField("skipped", host.isSkipped());
    json.writeBooleanField("proved", gate.proved().contains(host.name()));
    json.writeBooleanField("slot", gate.holders().containsKey(host.name()));
    json.writeArrayFieldStart("failures");
    for (String failure : host.failures()) {
      json.writeString(failure);
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
