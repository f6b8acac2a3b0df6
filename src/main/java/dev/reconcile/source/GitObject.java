// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;

/** A complete object of a repository. */
final class GitObject {
  enum Type {
    COMMIT,
    TREE,
    BLOB,
    TAG
  }

  private final String id;
  private final Type type;
  private final byte[] content;

  /** Takes ownership of the content: the caller must not change it afterwards. */
  GitObject(String id, Type type, byte[] content) {
    this.id = id;
    this.type = type;
    this.content = content;
  }

  String id() {
    return id;
  }

  Type type() {
    return type;
  }

  byte[] content() {
    return content;
  }

  /** Returns the value of a header, such as {@code tree} of a commit or {@code object} of a tag. */
  String header(String name) throws SourceException {
    String text = text();
    int end = text.indexOf("\n\n");
    for (String line : text.substring(0, end < 0 ? text.length() : end).split("\n", -1)) {
      if (line.startsWith(name + " ")) {
        return line.substring(name.length() + 1);
      }
    }
    throw SourceException.corrupt("Object " + id + " has no \"" + name + "\".");
  }

  /** Returns the id, subject and time of a commit. */
  Commit asCommit() throws SourceException {
    if (type != Type.COMMIT) {
      throw SourceException.corrupt("Object " + id + " is not a commit.");
    }
    String text = text();
    int message = text.indexOf("\n\n");
    String subject =
        message < 0 ? "" : text.substring(message).strip().lines().findFirst().orElse("");
    return new Commit(id, PrintableText.line(subject), time());
  }

  private Instant time() throws SourceException {
    String[] words = header("committer").split(" ", -1);
    try {
      return Instant.ofEpochSecond(Long.parseLong(words[Math.max(0, words.length - 2)]));
    } catch (NumberFormatException | DateTimeException e) {
      return Instant.EPOCH; // git accepts such commits
    }
  }

  private String text() {
    return new String(content, StandardCharsets.UTF_8);
  }
}
