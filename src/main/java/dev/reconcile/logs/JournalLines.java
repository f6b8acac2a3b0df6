// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import dev.reconcile.host.HostException;
import dev.reconcile.host.LineStream;
import dev.reconcile.state.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The lines of units in systemd's journal. */
final class JournalLines implements LineSource {
  private static final String FIELDS = "MESSAGE,_SYSTEMD_UNIT,UNIT";
  private static final int MICROS = 1_000_000;

  private final LineStream lines;
  private final Function<String, Optional<String>> sourceOf;
  private final Deque<LogLine> ahead = new ArrayDeque<>();
  private String cursor = "";

  private JournalLines(LineStream lines, Function<String, Optional<String>> sourceOf) {
    this.lines = lines;
    this.sourceOf = sourceOf;
  }

  /**
   * Starts to read the journal.
   *
   * @param patterns the patterns of the units
   * @param sourceOf the name of a unit's source; empty for a unit that is not wanted
   * @param more further arguments of journalctl(1)
   */
  static JournalLines of(
      List<String> patterns, Function<String, Optional<String>> sourceOf, List<String> more)
      throws HostException {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "journalctl",
                "--quiet",
                "--no-pager",
                "--all",
                "--output=json",
                "--output-fields=" + FIELDS));
    patterns.forEach(pattern -> argv.add("--unit=" + pattern));
    argv.addAll(more);
    return new JournalLines(LineStream.of(argv), sourceOf);
  }

  /** Returns the arguments for lines after the last one that was read. */
  List<String> afterLast(Instant now) {
    return List.of(
        "--follow",
        cursor.isEmpty() ? "--since=@" + now.getEpochSecond() : "--after-cursor=" + cursor);
  }

  @Override
  public Optional<LogLine> next() throws HostException {
    while (ahead.isEmpty()) {
      Optional<String> entry = lines.next();
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      try {
        add(JsonObject.parse(entry.get().getBytes(StandardCharsets.UTF_8)));
      } catch (IOException _) {
        // an entry of more than a mebibyte is left out
      }
    }
    return Optional.of(ahead.remove());
  }

  // Messages of systemd about a unit name the unit in a field of their own.
  private void add(JsonObject entry) throws IOException {
    cursor = entry.text("__CURSOR");
    Optional<String> source =
        sourceOf.apply(entry.text("_SYSTEMD_UNIT")).or(() -> sourceOf.apply(unit(entry)));
    long micros = Long.parseLong(entry.text("__REALTIME_TIMESTAMP"));
    Instant time = Instant.ofEpochSecond(micros / MICROS, micros % MICROS * 1000);
    if (source.isPresent()) {
      message(entry).lines().forEach(line -> ahead.add(new LogLine(time, source.get(), line)));
    }
  }

  private static String unit(JsonObject entry) {
    try {
      return entry.text("UNIT");
    } catch (IOException _) {
      return ""; // several units
    }
  }

  // A message with unprintable characters is a list of its bytes (journalctl(1), "json").
  private static String message(JsonObject entry) throws IOException {
    if (!entry.isList("MESSAGE")) {
      return entry.text("MESSAGE");
    }
    List<String> numbers = entry.texts("MESSAGE");
    byte[] bytes = new byte[numbers.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(numbers.get(i));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    lines.close();
  }
}
