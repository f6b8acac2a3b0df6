// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The decoder of a requirements file, which works as pip does (pip: utils/encoding.py): it uses the
 * byte order mark, else a coding line among the first two (PEP 263), else UTF-8, which is the
 * locale that pip runs in.
 */
final class RequirementsEncoding {
  private static final Pattern CODING = Pattern.compile("coding[:=][ \\t\\r\\f\\x0b]*([-\\w.]+)");

  /** The order is pip's, which takes UTF-32 in little-endian order for UTF-16. */
  private static final List<Mark> MARKS =
      List.of(
          new Mark("\u00ef\u00bb\u00bf", "UTF-8"),
          new Mark("\u00ff\u00fe", "UTF-16LE"),
          new Mark("\u00fe\u00ff", "UTF-16BE"),
          new Mark("\0\0\u00fe\u00ff", "UTF-32BE"));

  /** Names that Python accepts and Java does not, without their hyphens and underscores. */
  private static final Map<String, Charset> PYTHON =
      Map.of(
          "latin1", StandardCharsets.ISO_8859_1,
          "l1", StandardCharsets.ISO_8859_1,
          "iso88591", StandardCharsets.ISO_8859_1,
          "utf8", StandardCharsets.UTF_8,
          "u8", StandardCharsets.UTF_8,
          "utf8sig", StandardCharsets.UTF_8,
          "ascii", StandardCharsets.US_ASCII,
          "usascii", StandardCharsets.US_ASCII);

  /** Bytes at the beginning of a file, as Latin-1. */
  private record Mark(String bytes, String charset) {}

  private RequirementsEncoding() {}

  /** Returns the text. */
  static String decode(byte[] data) throws MalformedRequirements {
    String bytes = new String(data, StandardCharsets.ISO_8859_1);
    for (Mark mark : MARKS) {
      if (bytes.startsWith(mark.bytes())) {
        int length = mark.bytes().length();
        return decode(ByteBuffer.wrap(data, length, data.length - length), mark.charset());
      }
    }
    String[] lines = bytes.split("\n", 3);
    for (int i = 0; i < Math.min(2, lines.length); i++) {
      Matcher coding = CODING.matcher(lines[i]);
      if (lines[i].startsWith("#") && coding.find()) {
        return decode(ByteBuffer.wrap(data), String.valueOf(coding.group(1)));
      }
    }
    return decode(ByteBuffer.wrap(data), "UTF-8");
  }

  private static String decode(ByteBuffer data, String name) throws MalformedRequirements {
    try {
      return charset(name)
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(data)
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedRequirements("It holds bytes that are no text in " + name + ".");
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw new MalformedRequirements("It names an encoding that is not known: " + name + ".");
    }
  }

  private static Charset charset(String name) {
    Charset known = PYTHON.get(name.toLowerCase(Locale.ROOT).replaceAll("[-_]", ""));
    return known == null ? Charset.forName(name) : known;
  }
}
