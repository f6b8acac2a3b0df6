// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.fleet.Gate.Held;
import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.model.TextFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The JSON of a gate. */
public final class GateJson {
  private GateJson() {}

  /** Returns a gate as one line of JSON. */
  public static String text(Gate gate) {
    return JsonLine.of(json -> {
      json.writeNumberField("format", 1);
      json.writeNumberField("start", gate.start());
      json.writeNumberField("newest", gate.newest());
      json.writeFieldName("stable");
      ReleaseJson.write(json, gate.stable());
      if (gate.candidate().isPresent()) {
        json.writeFieldName("candidate");
        ReleaseJson.write(json, gate.candidate().get());
      }
      json.writeObjectFieldStart("holders");
      for (Map.Entry<String, Holder> entry : gate.holders().entrySet()) {
        write(json, entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("failed");
      for (Map.Entry<String, Integer> entry : gate.failed().entrySet()) {
        json.writeNumberField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      ReleaseJson.names(json, "proved", gate.proved());
      ReleaseJson.names(json, "skipped", gate.skipped());
      json.writeNumberField("ok", gate.ok());
      if (gate.held().isPresent()) {
        json.writeObjectFieldStart("held");
        json.writeStringField("by", gate.held().get().by());
        json.writeStringField("why", gate.held().get().why());
        json.writeEndObject();
      }
    });
  }

  private static void write(JsonGenerator json, String host, Holder holder) throws IOException {
    json.writeObjectFieldStart(host);
    json.writeNumberField("release", holder.release());
    if (holder.step()) {
      json.writeBooleanField("step", true);
    }
    json.writeEndObject();
  }

  /**
   * Reads a gate.
   *
   * @throws EngineException if it is not what {@link #text} writes; the reason is in the message
   */
  public static Gate parse(String text) throws EngineException {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), GateJson::gate);
    } catch (IOException e) {
      throw EngineException.malformed("The gate", e);
    }
  }

  private static Gate gate(StrictJson json) throws IOException {
    return new Gate(
        json.count("start", 1),
        json.count("newest", 1),
        json.object("stable", ReleaseJson::release),
        json.optional("candidate", ReleaseJson::release),
        json.map(
            "holders",
            TextFormat.HOSTNAME,
            (holders, host) ->
                holders.object(
                    host,
                    one ->
                        new Holder(one.count("release", 0), one.has("step") && one.flag("step")))),
        json.map("failed", TextFormat.HOSTNAME, (failed, host) -> failed.count(host, 1)),
        json.set("proved", TextFormat.HOSTNAME),
        json.set("skipped", TextFormat.HOSTNAME),
        json.count("ok", 0),
        json.optional(
            "held",
            held -> new Held(held.text("by", TextFormat.LINE), held.text("why", TextFormat.LINE))));
  }
}
