// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.fleet.HostRow.State;
import dev.reconcile.model.TextFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/** The JSON of a host's row. */
public final class RowJson {
  private RowJson() {}

  /** Returns a row as one line of JSON. */
  public static String text(HostRow row) {
    return JsonLine.of(json -> {
      json.writeNumberField("format", 1);
      ReleaseJson.names(json, "machines", row.machines());
      json.writeNumberField("release", row.release());
      json.writeStringField("commit", row.commit());
      json.writeStringField("state", word(row.state()));
      ReleaseJson.names(json, "failures", row.failures());
      json.writeStringField("version", row.version());
      json.writeStringField("time", row.time().toString());
    });
  }

  /**
   * Reads a row.
   *
   * @throws EngineException if it is not what {@link #text} writes; the reason is in the message
   */
  public static HostRow parse(String text) throws EngineException {
    try {
      return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), RowJson::row);
    } catch (IOException e) {
      throw EngineException.malformed("The row of a host", e);
    }
  }

  private static HostRow row(StrictJson json) throws IOException {
    String state = json.text("state", TextFormat.LINE);
    return new HostRow(
        json.machines("machines"),
        json.count("release", 0),
        json.commit("commit"),
        Arrays.stream(State.values())
            .filter(one -> word(one).equals(state))
            .findFirst()
            .orElseThrow(() -> new IOException("its state is unknown")),
        json.texts("failures", TextFormat.LINE),
        json.text("version", TextFormat.LINE),
        time(json.text("time", TextFormat.LINE)));
  }

  private static Instant time(String text) throws IOException {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IOException("its time is no time", e);
    }
  }

  private static String word(State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
