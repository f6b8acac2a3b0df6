// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import dev.reconcile.host.HostException;
import dev.reconcile.host.LogFile;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a log file. A line without a time belongs to the line before it, such as the lines
 * of a traceback.
 */
final class FileLines implements LineSource {
  private static final int MOST_UNTIMED = 1000;

  private final String path;
  private final String source;
  private final List<String> names;
  private final LineTime times;
  private final Deque<String> ahead = new ArrayDeque<>();
  private Optional<Instant> since = Optional.empty();
  private @Nullable LogFile file;
  private @Nullable Instant last;
  private boolean isMine = true;
  private boolean follows;

  /**
   * @param path the path of the file
   * @param source the name of the source
   * @param names the server names whose lines are wanted, for a log that sites share; empty for all
   * @param times finds the times in the lines
   */
  FileLines(String path, String source, List<String> names, LineTime times) {
    this.path = path;
    this.source = source;
    this.names = List.copyOf(names);
    this.times = times;
  }

  /**
   * Goes to the oldest wanted line.
   *
   * @param most the highest number of lines; 0 for any number
   * @param from the time of the oldest line, if there is one
   */
  void begin(int most, Optional<Instant> from) throws IOException {
    since = from;
    file = LogFile.open(path).orElse(null);
    if (file == null) {
      return;
    }
    if (from.isPresent()) {
      file.toEarly(line -> times.of(line).filter(time -> time.isBefore(from.get())).isPresent());
    } else if (names.isEmpty()) {
      file.toLast(most);
    } else {
      file.toLast(most * 20); // most lines are those of other sites
    }
  }

  /** From now on, waits for the rest of an unfinished line, and for the file after a rotation. */
  void follow() {
    follows = true;
  }

  @Override
  public Optional<LogLine> next() throws HostException {
    try {
      for (Optional<String> text = read(); text.isPresent(); text = read()) {
        Instant time = time(text.get());
        if (isMine && since.stream().noneMatch(time::isBefore)) {
          return Optional.of(new LogLine(time, source, text.get()));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new HostException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private Instant time(String text) throws IOException {
    Optional<Instant> own = times.of(text);
    if (own.isPresent()) {
      isMine = names.isEmpty() || names.stream().anyMatch(name -> isOf(name, text));
      last = own.get();
    } else if (last == null) {
      last = ofFirst();
    }
    return last;
  }

  // nginx's error log: ..., client: 192.0.2.1, server: shop.example, request: "GET / HTTP/1.1", ...
  private static boolean isOf(String name, String text) {
    return text.contains(", server: " + name + ",") || text.contains(", host: \"" + name + "\"");
  }

  // The lines begin in the middle of a traceback, or no line of the file has a time.
  private Instant ofFirst() throws IOException {
    LogFile open = file;
    while (open != null && ahead.size() < MOST_UNTIMED) {
      Optional<String> line = open.next(!follows);
      if (line.isEmpty()) {
        break;
      }
      ahead.add(line.get());
      Optional<Instant> time = times.of(line.get());
      if (time.isPresent()) {
        return time.get();
      }
    }
    return open == null ? Instant.now() : open.changed();
  }

  private Optional<String> read() throws IOException {
    if (!ahead.isEmpty()) {
      return Optional.of(ahead.remove());
    }
    if (file == null && follows) {
      file = LogFile.open(path).orElse(null);
    }
    LogFile open = file;
    if (open == null) {
      return Optional.empty();
    }
    Optional<String> line = open.next(!follows);
    if (line.isEmpty() && follows) {
      boolean isReplaced = open.isReplaced();
      line = open.next(isReplaced);
      if (line.isEmpty() && isReplaced) {
        open.close();
        file = LogFile.open(path).orElse(null);
        return file == null ? Optional.empty() : file.next(false);
      }
    }
    return line;
  }

  @Override
  public void close() {
    LogFile open = file;
    if (open != null) {
      try {
        open.close();
      } catch (IOException _) {
        file = null; // nothing was written
      }
    }
  }
}
