// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoding in which Java passes file names and arguments to the system. Java takes it from the
 * caller's locale at its start. File names are UTF-8 regardless of the locale, so a process whose
 * locale cannot encode a name restarts itself in another locale.
 */
public final class FileNameEncoding {
  private static final String LOCALE = "LC_ALL=C.UTF-8";

  /**
   * Variables that are dropped when the process restarts, because they must not be set, or not
   * twice.
   */
  private static final List<String> DROPPED =
      List.of("LC_ALL=", "JAVA_TOOL_OPTIONS=", "_JAVA_OPTIONS=", "JDK_JAVA_OPTIONS=");

  private FileNameEncoding() {}

  /** Reports whether all characters can be encoded. */
  public static boolean isUnicode() {
    return "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
  }

  /**
   * Refuses a text that cannot be encoded. Java itself refuses such a path, but puts question marks
   * into the arguments of a command.
   *
   * @throws InvalidPathException if the text cannot be encoded
   */
  static void require(String text) {
    if (!isPlain(text) && !isUnicode()) {
      throw new InvalidPathException(text, "the locale's encoding lacks some of its characters");
    }
  }

  /** Reports whether a text is the same in every encoding. */
  public static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c < 0x7f);
  }

  /** Reports whether a failure was caused by the locale's encoding. */
  public static boolean hasFailed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidPathException) {
        return !isUnicode();
      }
    }
    return false;
  }

  /**
   * Replaces this process by one with the same command line in a UTF-8 locale. Returns only if that
   * fails.
   */
  public static void startAgain() {
    try {
      List<byte[]> environment = new ArrayList<>();
      for (byte[] variable : texts("/proc/self/environ")) {
        String text = new String(variable, StandardCharsets.ISO_8859_1);
        if (text.equals(LOCALE)) {
          return; // the process has restarted already: this system lacks the locale
        }
        if (DROPPED.stream().noneMatch(text::startsWith)) {
          environment.add(variable);
        }
      }
      environment.add(LOCALE.getBytes(StandardCharsets.US_ASCII));
      SystemCalls.become("/proc/self/exe", texts("/proc/self/cmdline"), environment);
    } catch (IOException e) {
      return; // without /proc the original failure is reported
    }
  }

  private static List<byte[]> texts(String file) throws IOException {
    List<byte[]> texts = new ArrayList<>();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte part : Files.readAllBytes(Path.of(file))) {
      if (part == 0) {
        texts.add(text.toByteArray());
        text.reset();
      } else {
        text.write(part);
      }
    }
    return texts;
  }
}
