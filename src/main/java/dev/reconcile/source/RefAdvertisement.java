// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A parser of the ref advertisement that a git server sends first: lines {@code ID NAME}, each
 * preceded by its length. In the first line, NUL and the server's capabilities follow.
 */
final class RefAdvertisement {
  private static final int LONGEST_LINE = 65520;
  private static final int MOST_REFS = 1_000_000;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{40}");
  private static final String PEELED = "^{}";

  private RefAdvertisement() {}

  /**
   * Returns the refs, none for an empty repository. The message of an IOException can be shown to
   * the user.
   */
  static Refs read(InputStream in) throws IOException {
    Map<String, String> ids = new HashMap<>();
    Map<String, String> peeled = new HashMap<>();
    for (byte[] line = line(in); line.length > 0; line = line(in)) {
      String text = new String(line, StandardCharsets.UTF_8);
      if (text.startsWith("ERR ")) {
        throw new IOException(text.substring("ERR ".length()));
      }
      if (!text.startsWith("version ")) {
        add(text.split("[\\x00\\n]", 2)[0], ids, peeled);
      }
      if (ids.size() > MOST_REFS) {
        throw new IOException("The server lists more than " + MOST_REFS + " refs.");
      }
    }
    return new AdvertisedRefs(ids, peeled);
  }

  private static void add(String text, Map<String, String> ids, Map<String, String> peeled)
      throws IOException {
    int space = text.indexOf(' ');
    if (space < 0 || !ID.matcher(text.substring(0, space)).matches()) {
      throw new IOException("The server lists refs in a format that is not supported.");
    }
    String id = text.substring(0, space);
    String name = text.substring(space + 1);
    if (name.endsWith(PEELED)) {
      peeled.put(name.substring(0, name.length() - PEELED.length()), id);
      return;
    }
    ids.put(name, id);
  }

  /** Returns a line's content; empty for the flush packet, which ends the list. */
  private static byte[] line(InputStream in) throws IOException {
    byte[] prefix = in.readNBytes(4);
    if (prefix.length < 4) {
      throw new EOFException("The connection was closed before the server answered.");
    }
    int length = length(prefix);
    if (length == 0) {
      return new byte[0];
    }
    byte[] line = in.readNBytes(length - 4);
    if (line.length < length - 4) {
      throw new EOFException("The connection was lost.");
    }
    return line;
  }

  private static int length(byte[] prefix) throws IOException {
    try {
      int length = HexFormat.fromHexDigits(new String(prefix, StandardCharsets.US_ASCII));
      if (length == 0 || (length > 4 && length <= LONGEST_LINE)) {
        return length;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("The server answers with something other than git.", e);
    }
    throw new IOException("The server answers with something other than git.");
  }
}
