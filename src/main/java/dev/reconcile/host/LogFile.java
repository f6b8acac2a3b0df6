// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A log file of this machine, read line by line from near its end. Its lines are not recorded for a
 * comparison by a later run.
 *
 * <p>Invariant: at most one block and one line are in memory, however large the file and its lines
 * are.
 */
public final class LogFile implements Closeable {
  private static final int BLOCK = 1 << 16;
  private static final int LONGEST_LINE = 1 << 14;

  private final Path path;
  private final SeekableByteChannel channel;
  private final Object key;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK).limit(0);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private LogFile(Path path, SeekableByteChannel channel, Object key) {
    this.path = path;
    this.channel = channel;
    this.key = key;
  }

  /**
   * Opens a regular file; empty if there is none at the path. A link is not followed, because the
   * user of an app may have put it there.
   *
   * @throws IOException if it may not be read
   */
  public static Optional<LogFile> open(String path) throws IOException {
    Path file = Path.of(path);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      Object key = key(file);
      return Optional.of(
          new LogFile(
              file,
              Files.newByteChannel(
                  file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)),
              key));
    } catch (NoSuchFileException _) {
      return Optional.empty(); // rotated at this moment
    }
  }

  private static Object key(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey());
  }

  /** Returns when the file was last written. */
  public Instant changed() throws IOException {
    return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
  }

  /** Goes to the beginning of the last {@code count} lines. */
  public void toLast(int count) throws IOException {
    long end = channel.size();
    int missing = count;
    for (long from = Math.max(0, end - BLOCK); ; from = Math.max(0, from - BLOCK)) {
      byte[] bytes = bytes(from, (int) Math.min(BLOCK, end - from));
      for (int i = bytes.length - 1; i >= 0; i--) {
        // the break at the end of the file ends the last line
        if (bytes[i] == '\n' && from + i + 1 < channel.size() && --missing == 0) {
          go(from + i + 1);
          return;
        }
      }
      if (from == 0) {
        go(0);
        return;
      }
      end = from;
    }
  }

  /**
   * Goes back from the end, block by block, to a line that is early enough, or to the beginning.
   *
   * @param isEarly whether a line is early enough
   */
  public void toEarly(Predicate<String> isEarly) throws IOException {
    long from = channel.size();
    while (from > 0) {
      from = Math.max(0, from - BLOCK);
      go(from);
      if (from > 0) {
        next(true); // the rest of a line
      }
      long limit = from + BLOCK;
      Optional<String> read = next(true);
      while (read.isPresent() && position() < limit) {
        if (isEarly.test(read.get())) {
          go(from);
          if (from > 0) {
            next(true);
          }
          return;
        }
        // only the first line with a time counts, but the predicate alone knows which that is
        read = next(true);
      }
    }
    go(0);
  }

  private long position() throws IOException {
    return channel.position() - block.remaining();
  }

  private byte[] bytes(long from, int count) throws IOException {
    channel.position(from);
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining() && channel.read(bytes) > 0) {
      // until the buffer is full or the file ends
    }
    byte[] read = new byte[bytes.position()];
    bytes.flip().get(read);
    return read;
  }

  private void go(long position) throws IOException {
    channel.position(position);
    block.limit(0);
    line.reset();
  }

  /**
   * Returns the next line, at most the beginning of a very long one; empty at the end of the file.
   *
   * @param isLast whether what follows the last line break is a line too, or is to be completed
   *     later
   */
  public Optional<String> next(boolean isLast) throws IOException {
    while (true) {
      while (block.hasRemaining()) {
        byte read = block.get();
        if (read == '\n') {
          return Optional.of(taken());
        }
        if (line.size() < LONGEST_LINE) {
          line.write(read);
        }
      }
      block.clear();
      int count = channel.read(block);
      block.flip();
      if (count <= 0) {
        return isLast && line.size() > 0 ? Optional.of(taken()) : Optional.empty();
      }
    }
  }

  private String taken() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Goes to the beginning if the file was truncated; tells whether its path has another file. */
  public boolean isReplaced() throws IOException {
    if (channel.size() < position()) {
      go(0);
    }
    try {
      return !key.equals(key(path));
    } catch (NoSuchFileException _) {
      return false; // its lines go on until the new file is there
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
