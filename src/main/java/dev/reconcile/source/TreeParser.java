// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A parser of git's tree objects: {@code MODE NAME}, NUL and 20 bytes of id for each entry. Git
 * itself cannot create the names that are refused here; such a name is an attempt to write outside
 * the folder.
 */
final class TreeParser {
  private static final int ID_BYTES = 20;

  private TreeParser() {}

  /**
   * Returns the folder's entries by name.
   *
   * @param folder the folder's path, for error messages
   * @throws SourceException UNSAFE_TREE for an invalid or repeated name
   */
  static SortedMap<String, Entry> parse(String folder, GitObject tree) throws SourceException {
    if (tree.type() != GitObject.Type.TREE) {
      throw SourceException.corrupt("Object " + tree.id() + " is not a folder.");
    }
    SortedMap<String, Entry> entries = new TreeMap<>();
    ByteBuffer bytes = ByteBuffer.wrap(tree.content());
    while (bytes.hasRemaining()) {
      String mode = StandardCharsets.US_ASCII.decode(until(bytes, ' ', tree)).toString();
      String name = checked(folder, decoded(folder, until(bytes, '\0', tree)));
      if (bytes.remaining() < ID_BYTES) {
        throw cutOff(tree);
      }
      byte[] id = new byte[ID_BYTES];
      bytes.get(id);
      Entry entry = new Entry(name, type(mode), HexFormat.of().formatHex(id));
      if (entries.put(name, entry) != null) {
        throw unsafe(folder, name, "The name occurs twice in one folder.");
      }
    }
    return entries;
  }

  private static ByteBuffer until(ByteBuffer bytes, char end, GitObject tree)
      throws SourceException {
    for (int at = bytes.position(); at < bytes.limit(); at++) {
      if (bytes.get(at) == end) {
        ByteBuffer part = bytes.slice(bytes.position(), at - bytes.position());
        bytes.position(at + 1);
        return part;
      }
    }
    throw cutOff(tree);
  }

  private static Entry.Type type(String mode) {
    return switch (mode) {
      case "40000", "040000" -> Entry.Type.FOLDER;
      case "120000" -> Entry.Type.SYMLINK;
      case "160000" -> Entry.Type.SUBMODULE;
      // Old repositories have modes such as 100664: git uses the owner's bits only.
      default -> isExecutable(mode) ? Entry.Type.EXECUTABLE : Entry.Type.FILE;
    };
  }

  private static boolean isExecutable(String mode) {
    return mode.length() > 2 && (mode.charAt(mode.length() - 3) & 1) == 1;
  }

  private static String decoded(String folder, ByteBuffer name) throws SourceException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(name).toString();
    } catch (CharacterCodingException e) {
      throw unsafe(folder, escaped(name), "The name is not UTF-8. Rename it.");
    }
  }

  // as "ls -b" shows it, so that the user can find the file
  private static String escaped(ByteBuffer name) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < name.limit(); at++) {
      int letter = name.get(at) & 0xFF;
      text.append(
          letter < 0x80 ? String.valueOf((char) letter) : "\\" + Integer.toOctalString(letter));
    }
    return text.toString();
  }

  /**
   * Checks a name. A backslash is an ordinary character, as in systemd's unit names, but the parts
   * that it separates must not be special names either.
   */
  private static String checked(String folder, String name) throws SourceException {
    if (name.indexOf('/') >= 0 || name.chars().anyMatch(Character::isISOControl)) {
      throw unsafe(folder, name, "The name holds a slash or a control character. Rename it.");
    }
    for (String part : name.split("\\\\", -1)) {
      boolean special = part.isEmpty() || part.equals(".") || part.equals("..");
      if (special || part.toLowerCase(Locale.ROOT).equals(".git")) {
        throw unsafe(
            folder, name, "The name has a meaning of its own to git or the system. Rename it.");
      }
    }
    return name;
  }

  private static SourceException cutOff(GitObject tree) {
    return SourceException.corrupt("Folder " + tree.id() + " is cut off.");
  }

  private static SourceException unsafe(String folder, String name, String why) {
    String place = folder.isEmpty() ? "the root folder" : folder;
    return new SourceException(
        Reason.UNSAFE_TREE,
        "Refused file name",
        "\"" + PrintableText.line(name) + "\" in " + place + ": " + why);
  }
}
