package dev.reconcile.apply;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Address;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.Memory;
import dev.reconcile.model.Owned;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Step;
import dev.reconcile.model.Unreached;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keeps {@link Memory} in {@code /var/lib/reconcile/state.json}. Unknown keys are skipped, so an
 * older version can read what a newer one wrote.
 */
public final class Memories {
  static final String PATH = LocalHost.STATE + "/state.json";
  private static final int MOST_BYTES = 256 << 20;
  private static final int FORMAT = 1;
  private static final JsonFactory JSON = new JsonFactory();

  private Memories() {}

  /**
   * What is remembered; {@link Memory#EMPTY} before the first run.
   *
   * @throws HostException if the file is there but cannot be read or understood
   */
  public static Memory load(Facts facts) throws HostException {
    if (facts.stat(PATH).isEmpty()) {
      return Memory.EMPTY;
    }
    byte[] bytes = facts.read(PATH, MOST_BYTES);
    try {
      return parse(JsonTree.parse(bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new HostException(
          PATH
              + " cannot be understood ("
              + why(e)
              + "). Restore it from a backup, or remove it: what reconcile made before is then"
              + " foreign until it is taken over with --take-over.",
          e);
    }
  }

  // the parser names its source, which is of no use here, before each line number
  private static String why(Exception e) {
    return String.valueOf(e.getMessage())
        .lines()
        .findFirst()
        .orElse("")
        .replaceAll("\\[Source: [^;]*; line: ([0-9]+), column: [0-9]+\\]", "line $1");
  }

  /** Remembers {@code memory}, atomically and durably. */
  public static void save(Host host, Memory memory) throws HostException {
    host.makeDirectory(LocalHost.STATE, Attributes.root(0755));
    host.writeState(PATH, Content.of(text(memory)), Attributes.root(0640));
  }

  private static Memory parse(JsonTree json) throws IOException {
    SortedMap<Address, Owned> owned = new TreeMap<>();
    for (JsonTree one : json.objects("owned")) {
      Owned parsed = StepJson.owned(one);
      owned.put(parsed.address(), parsed);
    }
    SortedMap<String, Integer> numbers = new TreeMap<>();
    json.object("numbers").pairs().forEach((app, text) -> numbers.put(app, Integer.parseInt(text)));
    SortedMap<String, SortedSet<String>> unfinished = new TreeMap<>();
    JsonTree runs = json.object("unfinished");
    for (String run : runs.names()) {
      unfinished.put(run, new TreeSet<>(runs.texts(run)));
    }
    return new Memory(
        json.text("repo"),
        json.text("revision"),
        owned,
        json.object("activations").pairs(),
        numbers,
        new Memory.Trials(
            json.object("quarantine").map(Memories::quarantine),
            json.object("probes").map(StepJson::probe),
            unfinished,
            json.object("unreached").map(Memories::unreached)),
        new TreeSet<>(json.texts("protected")));
  }

  private static Quarantine quarantine(JsonTree json) throws IOException {
    return new Quarantine(json.text("digest"), json.text("run"), json.text("reason"));
  }

  private static Unreached unreached(JsonTree json) throws IOException {
    return new Unreached(json.text("reason"), json.text("by_reload").equals("true"));
  }

  private static String text(Memory memory) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      json.writeStringField("repo", memory.repo());
      json.writeStringField("revision", memory.revision());
      json.writeArrayFieldStart("owned");
      for (Owned one : memory.owned().values()) {
        StepJson.write(json, one);
      }
      json.writeEndArray();
      json.writeObjectFieldStart("activations");
      for (Map.Entry<String, String> entry : memory.activations().entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("numbers");
      for (Map.Entry<String, Integer> entry : memory.numbers().entrySet()) {
        json.writeNumberField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      write(json, memory.trials());
      json.writeArrayFieldStart("protected");
      for (String app : memory.protectedApps()) {
        json.writeString(app);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string writer does not fail", e);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Memory.Trials trials) throws IOException {
    json.writeObjectFieldStart("quarantine");
    for (Map.Entry<String, Quarantine> entry : trials.quarantine().entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      json.writeStringField("digest", entry.getValue().digest());
      json.writeStringField("run", entry.getValue().run());
      json.writeStringField("reason", entry.getValue().reason());
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
      json.writeArrayFieldStart(entry.getKey());
      for (String app : entry.getValue()) {
        json.writeString(app);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
    if (trials.unreached().isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("unreached");
    for (Map.Entry<String, Unreached> entry : trials.unreached().entrySet()) {
      json.writeObjectFieldStart(entry.getKey());
      json.writeStringField("reason", entry.getValue().reason());
      json.writeBooleanField("by_reload", entry.getValue().byReload());
      json.writeEndObject();
    }
    json.writeEndObject();
  }
}
