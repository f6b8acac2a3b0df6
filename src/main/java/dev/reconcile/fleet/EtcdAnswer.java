// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code etcdctl txn --write-out=json} prints.
 *
 * @param revision the revision of the whole store; that of every key which the transaction wrote
 * @param succeeded whether the comparisons held
 * @param values the values that the transaction read, by their keys
 */
record EtcdAnswer(long revision, boolean succeeded, SortedMap<String, Stored> values) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int LONGEST_KEY = 512;

  /**
   * A value.
   *
   * @param revision the {@code mod_revision} of its key
   * @param value at most 1 MiB
   */
  record Stored(long revision, String value) {}

  EtcdAnswer {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** Reads an answer. Fields that reconcile does not use may be anything. */
  static EtcdAnswer parse(String text) throws EngineException {
    Parser parser = new Parser();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      parser.object(json);
      return new EtcdAnswer(parser.revision, parser.succeeded, parser.values);
    } catch (IOException | IllegalArgumentException e) {
      throw EngineException.malformed("The answer of etcdctl", new IOException(e.getMessage(), e));
    }
  }

  /** Collects from every level of the answer the fields that only one of them can have. */
  private static final class Parser {
    private final SortedMap<String, Stored> values = new TreeMap<>();
    private long revision;
    private boolean succeeded;

    private void object(JsonParser json) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is not a JSON object");
      }
      String key = "";
      String value = "";
      long modified = 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "revision" -> revision = Math.max(revision, json.getValueAsLong());
          case "succeeded" -> succeeded = json.getValueAsBoolean();
          case "mod_revision" -> modified = json.getLongValue();
          case "key" -> key = decoded(json.getText(), LONGEST_KEY);
          case "value" -> value = decoded(json.getText(), StrictJson.MOST_BYTES);
          default -> nested(json);
        }
      }
      if (!key.isEmpty()) {
        values.put(key, new Stored(modified, value));
      }
    }

    private void nested(JsonParser json) throws IOException {
      if (json.currentToken() == JsonToken.START_OBJECT) {
        object(json);
      } else if (json.currentToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          if (json.currentToken() == null) {
            throw new IOException("it ends early");
          }
          nested(json);
        }
      }
    }

    private static String decoded(String base64, int most) throws IOException {
      if (base64.length() > most / 3 * 4 + 4) {
        throw new IOException("a value is too long");
      }
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
  }
}
