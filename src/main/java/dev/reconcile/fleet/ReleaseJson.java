// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.model.TextFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** The JSON of releases, revisions and numbers. */
final class ReleaseJson {
  private static final long LONGEST_SOAK = Duration.ofDays(1_000_000).toMillis();

  private ReleaseJson() {}

  static void write(JsonGenerator json, FleetRelease release) throws IOException {
    json.writeStartObject();
    json.writeNumberField("number", release.number());
    revisions(json, release.revisions());
    json.writeObjectFieldStart("numbers");
    FleetNumbers numbers = release.numbers();
    json.writeNumberField("max_unavailable", numbers.maxUnavailable());
    names(json, "canary", numbers.canaries());
    json.writeNumberField("soak_ms", numbers.soak().toMillis());
    json.writeNumberField("halt_after", numbers.haltAfter());
    json.writeEndObject();
    json.writeEndObject();
  }

  static FleetRelease release(StrictJson json) throws IOException {
    return new FleetRelease(
        json.count("number", 1),
        revisions(json),
        json.object(
            "numbers",
            numbers ->
                new FleetNumbers(
                    numbers.count("max_unavailable", 1),
                    numbers.set("canary", TextFormat.HOSTNAME),
                    Duration.ofMillis(numbers.number("soak_ms", 0, LONGEST_SOAK)),
                    numbers.count("halt_after", 1))));
  }

  static void revisions(JsonGenerator json, Revisions revisions) throws IOException {
    json.writeStringField("commit", revisions.commit());
    if (!revisions.sources().isEmpty()) {
      json.writeObjectFieldStart("sources");
      for (Map.Entry<String, String> pin : revisions.sources().entrySet()) {
        json.writeStringField(pin.getKey(), pin.getValue());
      }
      json.writeEndObject();
    }
  }

  static Revisions revisions(StrictJson json) throws IOException {
    Revisions plain = new Revisions(json.commit("commit"), Revisions.NONE.sources());
    return json.has("sources")
        ? plain.pinning(json.map("sources", TextFormat.LINE, StrictJson::commit))
        : plain;
  }

  static void names(JsonGenerator json, String field, Iterable<String> names) throws IOException {
    json.writeArrayFieldStart(field);
    for (String name : names) {
      json.writeString(name);
    }
    json.writeEndArray();
  }
}
