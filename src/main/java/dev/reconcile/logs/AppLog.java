// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalZone;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.JournalUnits;
import dev.reconcile.model.Layout;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The log of an app: the journal of its units, the files of gunicorn and those of its site, merged
 * in the order of time.
 *
 * <p>Invariant: the memory does not grow with the size of the logs.
 */
public final class AppLog implements Closeable {
  private static final long PAUSE_MILLIS = 250;
  private static final int MOST_WAITING = 10_000;

  private final Query query;
  private final JournalUnits units;
  private final List<FileLines> files = new ArrayList<>();
  private @Nullable JournalLines journal;

  /**
   * The wanted lines.
   *
   * @param app the app
   * @param process a process or schedule; empty for all
   * @param isSiteOnly whether only the lines of nginx are wanted
   * @param most the highest number of lines; 0 for any number
   * @param since the time of the oldest line, if there is one
   */
  public record Query(
      String app,
      Optional<String> process,
      boolean isSiteOnly,
      int most,
      Optional<Instant> since) {}

  /** A line and the position of its source, which orders lines of the same time. */
  private record Next(LogLine line, int position, LineSource source) {}

  private AppLog(Query query) {
    this.query = query;
    this.units = new JournalUnits(query.app());
  }

  /**
   * Opens the log.
   *
   * @param say receives what cannot be read
   */
  public static AppLog open(Facts facts, Query query, Consumer<Diagnostic> say)
      throws HostException {
    AppLog log = new AppLog(query);
    LogPlaces places = LogPlaces.of(facts, new Layout(query.app()));
    ZoneId zone = LocalZone.of(facts, "").orElse(ZoneOffset.UTC);
    LineTime times = new LineTime(zone);
    boolean isWeb = query.process().stream().allMatch(JournalUnits.WEB::equals);
    if (isWeb && !query.isSiteOnly()) {
      log.add(places.gunicorn(), List.of(), times, say);
    }
    if (query.isSiteOnly() || query.process().isEmpty()) {
      log.add(places.site(), List.of(), times, say);
      log.add(places.shared(), places.serverNames(), times, say);
    }
    return log;
  }

  private void add(
      Map<String, String> paths, List<String> names, LineTime times, Consumer<Diagnostic> say) {
    paths.forEach((path, source) -> {
      FileLines lines = new FileLines(path, source, names, times);
      try {
        lines.begin(query.most(), query.since());
        files.add(lines);
      } catch (IOException e) {
        say.accept(
            Diagnostic.warning(
                "Log not readable",
                """
                %s cannot be read by this user. Use sudo, or join the group of the file.\
                """
                    .formatted(path)));
      }
    });
  }

  private Optional<String> nameOf(String unit) {
    return units
        .nameOf(unit)
        .filter(
            name -> query.process().stream().allMatch(wanted -> JournalUnits.isOf(name, wanted)));
  }

  private List<String> patterns() {
    return query.process().map(units::patterns).orElseGet(units::patterns);
  }

  /** Prints the lines that exist, the oldest first. */
  public void print(Consumer<LogLine> printer) throws HostException {
    List<LineSource> sources = new ArrayList<>(files);
    if (!query.isSiteOnly()) {
      List<String> more = new ArrayList<>();
      query.since().ifPresent(since -> more.add("--since=@" + since.getEpochSecond()));
      if (query.most() > 0) {
        more.add("--lines=" + query.most());
      }
      journal = JournalLines.of(patterns(), this::nameOf, more);
      sources.addFirst(journal);
    }
    PriorityQueue<Next> next =
        new PriorityQueue<>(
            Comparator.comparing((Next one) -> one.line().time()).thenComparingInt(Next::position));
    for (int i = 0; i < sources.size(); i++) {
      add(next, i, sources.get(i));
    }
    Deque<LogLine> last = new ArrayDeque<>();
    while (!next.isEmpty()) {
      Next first = next.remove();
      if (query.most() == 0) {
        printer.accept(first.line());
      } else {
        last.add(first.line());
        if (last.size() > query.most()) {
          last.remove();
        }
      }
      add(next, first.position(), first.source());
    }
    last.forEach(printer);
  }

  private static void add(PriorityQueue<Next> next, int position, LineSource source)
      throws HostException {
    source.next().ifPresent(line -> next.add(new Next(line, position, source)));
  }

  /**
   * Prints new lines as they come, after {@link #print}.
   *
   * @param printer prints a line, and tells whether somebody still reads
   */
  public void follow(Printer printer) throws HostException, InterruptedException {
    BlockingQueue<LogLine> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    JournalLines earlier = journal;
    if (earlier != null) {
      JournalLines now =
          JournalLines.of(patterns(), this::nameOf, earlier.afterLast(Instant.now()));
      earlier.close();
      journal = now;
      Thread.ofPlatform().daemon().start(() -> fill(now, waiting));
    }
    files.forEach(FileLines::follow);
    boolean isRead = true;
    while (isRead) {
      List<LogLine> batch = new ArrayList<>();
      Optional.ofNullable(waiting.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS)).ifPresent(batch::add);
      waiting.drainTo(batch);
      for (FileLines file : files) {
        Optional<LogLine> line = file.next();
        while (line.isPresent()) {
          batch.add(line.get());
          line = batch.size() < MOST_WAITING ? file.next() : Optional.empty();
        }
      }
      batch.sort(Comparator.comparing(LogLine::time));
      isRead = printer.print(batch);
    }
  }

  /** Prints lines. */
  public interface Printer {
    /** Prints lines, and tells whether somebody still reads them. */
    boolean print(List<LogLine> lines);
  }

  private static void fill(JournalLines journal, BlockingQueue<LogLine> waiting) {
    try {
      for (Optional<LogLine> line = journal.next(); line.isPresent(); line = journal.next()) {
        waiting.put(line.get());
      }
    } catch (HostException _) {
      return; // journald was restarted
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    files.forEach(FileLines::close);
    if (journal != null) {
      journal.close();
    }
  }
}
