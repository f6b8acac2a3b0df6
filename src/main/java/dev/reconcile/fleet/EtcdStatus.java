// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What {@code etcdctl endpoint status --write-out=json} prints: the members that answered. */
final class EtcdStatus {
  private static final JsonFactory JSON = new JsonFactory();
  private static final String NO_SPACE = "NOSPACE";

  private EtcdStatus() {}

  /**
   * A member that has answered.
   *
   * @param endpoint its URL, as it was asked
   * @param cluster the id of the cluster that it belongs to
   * @param size the size of its database, in bytes
   * @param errors what it says is wrong with it
   */
  record Member(String endpoint, String cluster, long size, String errors) {
    /**
     * Returns what is wrong with its database; empty if nothing is.
     *
     * @param much the size from which it is nearly full
     */
    Optional<String> problem(long much) {
      if (errors.contains(NO_SPACE)) {
        return Optional.of("is full, and refuses every change");
      }
      return Optional.of("has a database of %d MiB".formatted(size >> 20)).filter(_ -> size > much);
    }
  }

  /** Reads an answer; empty if it is none. Fields that reconcile does not use may be anything. */
  static Optional<List<Member>> parse(String text) {
    List<Member> members = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      if (json.nextToken() != JsonToken.START_ARRAY) {
        return Optional.empty();
      }
      while (json.nextToken() == JsonToken.START_OBJECT) {
        members.add(member(json));
      }
      return Optional.of(members);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Member member(JsonParser json) throws IOException {
    String endpoint = "";
    String cluster = "";
    long size = 0;
    StringBuilder errors = new StringBuilder();
    int depth = 1;
    while (depth > 0) {
      JsonToken token = json.nextToken();
      if (token == null) {
        throw new IOException("it ends early");
      }
      String name = String.valueOf(json.currentName());
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (name.equals("Endpoint")) {
        endpoint = json.getText();
      } else if (name.equals("cluster_id")) {
        cluster = json.getText();
      } else if (name.equals("dbSize")) {
        size = json.getValueAsLong();
      } else if (token == JsonToken.VALUE_STRING) {
        errors.append(json.getText()).append(' ');
      }
    }
    return new Member(endpoint, cluster, size, errors.toString());
  }
}
