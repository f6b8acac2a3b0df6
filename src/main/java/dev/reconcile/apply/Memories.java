package dev.reconcile.apply;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Address;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Content;
import dev.reconcile.model.Memory;
import dev.reconcile.model.Owned;
import dev.reconcile.model.Role;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps {@link Memory} in {@code /var/lib/reconcile/state.json}. Unknown keys are skipped, so an
 * older version can read what a newer one wrote.
 */
public final class Memories {
  private static final String PATH = LocalHost.STATE + "/state.json";
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
    try (JsonParser parser = JSON.createParser(bytes)) {
      return parse(parser);
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

  private static Memory parse(JsonParser parser) throws IOException {
    String repo = "";
    String revision = "";
    SortedMap<Address, Owned> owned = new TreeMap<>();
    SortedMap<String, String> activations = new TreeMap<>();
    SortedMap<String, Integer> numbers = new TreeMap<>();
    expect(parser.nextToken(), JsonToken.START_OBJECT);
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (name) {
        case "repo" -> repo = parser.getText();
        case "revision" -> revision = parser.getText();
        case "activations" -> {
          expect(token, JsonToken.START_OBJECT);
          activations.putAll(pairs(parser));
        }
        case "numbers" -> {
          expect(token, JsonToken.START_OBJECT);
          pairs(parser).forEach((app, number) -> numbers.put(app, Integer.parseInt(number)));
        }
        case "owned" -> {
          expect(token, JsonToken.START_ARRAY);
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.START_OBJECT);
            Owned one = owned(parser);
            owned.put(one.address(), one);
          }
        }
        default -> parser.skipChildren();
      }
    }
    return new Memory(repo, revision, owned, activations, numbers);
  }

  private static void expect(JsonToken found, JsonToken wanted) throws IOException {
    if (found != wanted) {
      throw new IOException("expected " + wanted + ", found " + found);
    }
  }

  private static Map<String, String> pairs(JsonParser parser) throws IOException {
    Map<String, String> pairs = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      pairs.put(name, parser.getText());
    }
    return pairs;
  }

  private static Owned owned(JsonParser parser) throws IOException {
    Map<String, String> texts = new HashMap<>();
    List<String> notifies = new ArrayList<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (name.equals("notifies")) {
        expect(token, JsonToken.START_ARRAY);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          notifies.add(parser.getText());
        }
      } else if (token.isScalarValue()) {
        texts.put(name, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    return new Owned(
        new Address(texts.getOrDefault("kind", ""), texts.getOrDefault("name", "")),
        texts.getOrDefault("app", ""),
        Role.valueOf(texts.getOrDefault("role", "")),
        notifies);
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
        write(json, one);
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
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("a string writer does not fail", e);
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, Owned one) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", one.address().kind());
    json.writeStringField("name", one.address().name());
    if (!one.app().isEmpty()) {
      json.writeStringField("app", one.app());
    }
    json.writeStringField("role", one.role().name());
    if (!one.notifies().isEmpty()) {
      json.writeArrayFieldStart("notifies");
      for (String id : one.notifies()) {
        json.writeString(id);
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
