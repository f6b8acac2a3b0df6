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
 * In what encoding Java says names of files and words to the system: that of the caller's locale,
 * once and for all. Names of files are UTF-8, whatever the locale; where the locale cannot say one,
 * this process starts again in one that can.
 */
public final class FileNameEncoding {
  private static final String LOCALE = "LC_ALL=C.UTF-8";

  /** Variables that must not be there, or not be there twice, in a process that starts again. */
  private static final List<String> DROPPED =
      List.of("LC_ALL=", "JAVA_TOOL_OPTIONS=", "_JAVA_OPTIONS=", "JDK_JAVA_OPTIONS=");

  private FileNameEncoding() {}

  /** Whether everything can be said. */
  public static boolean isUnicode() {
    return "UTF-8".equals(System.getProperty("sun.jnu.encoding"));
  }

  /**
   * Refuses a text that the system would get as another one. Java itself refuses a path, but puts
   * question marks into the words of a command.
   *
   * @throws InvalidPathException if it cannot be said
   */
  static void require(String text) {
    if (!isPlain(text) && !isUnicode()) {
      throw new InvalidPathException(text, "the locale's encoding lacks some of its characters");
    }
  }

  /** Whether a text is the same in every encoding. */
  public static boolean isPlain(String text) {
    return text.chars().allMatch(c -> c < 0x7f);
  }

  /** Whether something failed because the locale's encoding is too small for it. */
  public static boolean hasFailed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidPathException) {
        return !isUnicode();
      }
    }
    return false;
  }

  /**
   * Puts the same command line, as it was typed, in the place of this process, in a locale of
   * UTF-8. Returns only if that is not possible.
   */
  public static void startAgain() {
    try {
      List<byte[]> environment = new ArrayList<>();
      for (byte[] variable : texts("/proc/self/environ")) {
        String text = new String(variable, StandardCharsets.ISO_8859_1);
        if (text.equals(LOCALE)) {
          return; // it is that locale which this system does not have
        }
        if (DROPPED.stream().noneMatch(text::startsWith)) {
          environment.add(variable);
        }
      }
      environment.add(LOCALE.getBytes(StandardCharsets.US_ASCII));
      SystemCalls.become("/proc/self/exe", texts("/proc/self/cmdline"), environment);
    } catch (IOException e) {
      return; // there is no /proc: the failure that led here is told
    }
  }

  private static List<byte[]> texts(String file) throws IOException {
    List<byte[]> texts = new ArrayList<>();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (byte one : Files.readAllBytes(Path.of(file))) {
      if (one == 0) {
        texts.add(text.toByteArray());
        text.reset();
      } else {
        text.write(one);
      }
    }
    return texts;
  }
}
