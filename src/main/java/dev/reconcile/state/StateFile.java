// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.HostFailure;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Maintenance;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Releases;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnreachableSite;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The file of the {@link State}, {@code /var/lib/reconcile/state.json}. Unknown keys are skipped,
 * so an older version can read the file of a newer version.
 */
public final class StateFile {
  /** The path of the file. */
  public static final String PATH = LocalHost.STATE + "/state.json";

  private static final int MOST_BYTES = 256 << 20;
  private static final int FORMAT = 1;
  private static final String UNIT_FILES = "unit_files";
  private static final String MAINTENANCE = "maintenance";
  private static final String RELEASES = "releases";

  private StateFile() {}

  /**
   * Reads the state; {@link State#EMPTY} before the first run.
   *
   * @throws HostException if the file exists and cannot be read or parsed
   */
  public static State load(Facts facts) throws HostException {
    if (facts.stat(PATH).isEmpty()) {
      return State.EMPTY;
    }
    byte[] bytes = facts.read(PATH, MOST_BYTES);
    try {
      return parse(JsonObject.parse(bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new HostException(
          HostFailure.DAMAGED_FILE,
          """
          %s cannot be understood (%s). Restore it from a backup, or remove it: what \
          reconcile made before is then foreign until it is taken over with --take-over.\
          """
              .formatted(PATH, why(e)),
          e);
    }
  }

  // The parser puts the name of its source, which does not help here, before the line number.
  private static String why(Exception e) {
    return String.valueOf(e.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceAll("\\[Source: [^;]*; line: ([0-9]+), column: [0-9]+\\]", "line $1");
  }

  /** Saves the state, atomically and durably. */
  public static void save(Host host, State state) throws HostException {
    host.makeDirectory(LocalHost.STATE, FileAttributes.root(0755));
    host.writeState(PATH, Content.of(text(state)), FileAttributes.root(0640));
  }

  private static State parse(JsonObject json) throws IOException {
    SortedMap<Address, OwnedResource> owned = new TreeMap<>();
    for (JsonObject object : json.objects("owned")) {
      OwnedResource parsed = StepJson.owned(object);
      owned.put(parsed.address(), parsed);
    }
    SortedMap<String, Integer> numbers = new TreeMap<>();
    json.object("numbers").pairs().forEach((app, text) -> numbers.put(app, Integer.parseInt(text)));
    SortedMap<String, SortedSet<String>> unfinished = new TreeMap<>();
    JsonObject runs = json.object("unfinished");
    for (String run : runs.names()) {
      unfinished.put(run, new TreeSet<>(runs.texts(run)));
    }
    return new State(
        json.text("repo"),
        json.text("revision"),
        owned,
        json.object("activations").pairs(),
        numbers,
        new State.Trials(
            json.object("quarantine").map(StateFile::quarantine),
            json.object("probes").map(StepJson::probe),
            unfinished,
            json.object("unreached").map(StateFile::unreached),
            json.object(RELEASES).map(StateFile::releases)),
        new TreeSet<>(json.texts("protected")),
        json.object(MAINTENANCE)
            .map(one -> new Maintenance(one.text("since"), one.text("message"))));
  }

  private static Quarantine quarantine(JsonObject json) throws IOException {
    return new Quarantine(
        json.text("digest"),
        json.text("run"),
        json.text("reason"),
        new TreeSet<>(json.texts("undone")),
        json.has(UNIT_FILES)
            ? Optional.of(new TreeSet<>(json.texts(UNIT_FILES)))
            : Optional.empty());
  }

  private static UnreachableSite unreached(JsonObject json) throws IOException {
    return new UnreachableSite(json.text("reason"), json.text("by_reload").equals("true"));
  }

  private static Releases releases(JsonObject json) throws IOException {
    return new Releases(json.texts("digests"), json.text("ahead").equals("true"));
  }

  private static String text(State state) {
    return JsonText.of(json -> {
      json.writeNumberField("format", FORMAT);
      json.writeStringField("repo", state.repo());
      json.writeStringField("revision", state.revision());
      json.writeArrayFieldStart("owned");
      for (OwnedResource resource : state.owned().values()) {
        StepJson.write(json, resource);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("activations");
      for (Map.Entry<String, String> entry : state.activations().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("numbers");
      for (Map.Entry<String, Integer> entry : state.numbers().entrySet()) {
        json.writeNumberField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      write(json, state.trials());
      write(json, "protected", state.protectedApps());
      writeMaintenance(json, state.maintenance());
    });
  }

  private static void write(JsonGenerator json, String key, SortedSet<String> texts)
      throws IOException {
    json.writeArrayFieldStart(key);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, State.Trials trials) throws IOException {
    json.writeObjectFieldStart("quarantine");
    for (Map.Entry<String, Quarantine> entry : trials.quarantine().entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      json.writeStringField("digest", entry.getValue().digest());
      json.writeStringField("run", entry.getValue().run());
      json.writeStringField("reason", entry.getValue().reason());
      if (!entry.getValue().undone().isEmpty()) {
        write(json, "undone", entry.getValue().undone());
      }
      if (entry.getValue().unitFiles().isPresent()) {
        write(json, UNIT_FILES, entry.getValue().unitFiles().get());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
    json.writeObjectFieldStart("probes");
    for (Map.Entry<String, Step.Probe> entry : trials.probes().entrySet()) {
      json.writeFieldName(entry.getKey());
      StepJson.write(json, entry.getValue());
    }
    json.writeEndObject();
    json.writeObjectFieldStart("unfinished");
    for (Map.Entry<String, SortedSet<String>> entry : trials.unfinished().entrySet()) {
      write(json, entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    writeUnreached(json, trials.unreached());
    if (trials.releases().isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(RELEASES);
    for (Map.Entry<String, Releases> entry : trials.releases().entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      json.writeArrayFieldStart("digests");
      for (String digest : entry.getValue().digests()) {
        json.writeString(digest);
      }
      json.writeEndArray();
      json.writeBooleanField("ahead", entry.getValue().isAhead());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeMaintenance(
      JsonGenerator json, SortedMap<String, Maintenance> maintenance) throws IOException {
    if (maintenance.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart(MAINTENANCE);
    for (Map.Entry<String, Maintenance> entry : maintenance.entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      json.writeStringField("since", entry.getValue().since());
      json.writeStringField("message", entry.getValue().message());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private static void writeUnreached(
      JsonGenerator json, SortedMap<String, UnreachableSite> unreached) throws IOException {
    if (unreached.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("unreached");
    for (Map.Entry<String, UnreachableSite> entry : unreached.entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      json.writeStringField("reason", entry.getValue().reason());
      json.writeBooleanField("by_reload", entry.getValue().byReload());
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
