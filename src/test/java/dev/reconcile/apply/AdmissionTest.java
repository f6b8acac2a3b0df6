// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a further app begins, on a host whose load and memory are files of the test. */
final class AdmissionTest {
  private static final int LIMIT_SECONDS = 30;
  private static final long PROCESSORS = 4;

  @TempDir Path temp;
  private LocalHost host;
  private long idle;
  private long busy;

  @BeforeEach
  void makeHost() throws Exception {
    Files.createDirectories(temp.resolve("proc"));
    memory(8_000_000, 7_000_000);
    load(0);
    host = new LocalHost(temp, _ -> new CommandRunner.Result(0, "", ""), "run", List.of());
  }

  private void memory(long total, long available) throws IOException {
    Files.writeString(
        temp.resolve("proc/meminfo"),
        """
        MemTotal:       %d kB
        MemFree:          100000 kB
        MemAvailable:   %d kB
        """
            .formatted(total, available));
  }

  // A hundred more ticks of each processor, of which some processors were idle.
  private void load(long processorsIdle) throws IOException {
    idle += 100 * processorsIdle;
    busy += 100 * (PROCESSORS - processorsIdle);
    StringBuilder text = new StringBuilder("cpu  %d 0 0 %d 0 0 0 0 0 0\n".formatted(busy, idle));
    for (int i = 0; i < PROCESSORS; i++) {
      text.append("cpu%d 0 0 0 0 0 0 0 0 0 0\n".formatted(i));
    }
    Path next = temp.resolve("proc/next");
    Files.writeString(next, text);
    Files.move(next, temp.resolve("proc/stat"), StandardCopyOption.REPLACE_EXISTING);
  }

  private void process(int id, String unit, long kib) throws IOException {
    Path process = Files.createDirectories(temp.resolve("proc/" + id));
    Files.writeString(
        process.resolve("cgroup"), "0::/system.slice/system-gunicorn.slice/" + unit + "\n");
    Files.writeString(
        process.resolve("status"), "Name:\tgunicorn\nRssAnon:\t%d kB\n".formatted(kib));
  }

  /** Work of which a test sees how much goes on at once. */
  private static final class Work {
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch together;
    private BooleanSupplier isSeen = () -> true;

    Work(int together) {
      this.together = new CountDownLatch(together);
    }

    /** No app ends before this is true. */
    void lastsUntil(BooleanSupplier condition) {
      isSeen = condition;
    }

    SortedMap<String, Runnable> of(String... apps) {
      SortedMap<String, Runnable> work = new TreeMap<>();
      for (String app : apps) {
        work.put(app, () -> act(app));
      }
      return work;
    }

    private void act(String app) {
      order.add(app);
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      together.countDown();
      try {
        together.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isSeen.getAsBoolean() && System.nanoTime() < end) {
          Thread.sleep(1);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      now.decrementAndGet();
    }
  }

  private SideBySide schedule(int limit, int processors) throws Exception {
    return new SideBySide(new Admission(host, limit, processors));
  }

  @Test
  void limitOfOneTakesOneAfterTheOther() throws Exception {
    Work work = new Work(0);

    schedule(1, 2).run(Phase.REHEARSE, work.of("a", "b", "c", "d"));

    assertThat(work.most).hasValue(1);
    assertThat(work.order).containsExactly("a", "b", "c", "d");
  }

  @Test
  void limitIsReachedWhateverTheLoad() throws Exception {
    Work work = new Work(3);

    schedule(3, 1).run(Phase.REHEARSE, work.of("a", "b", "c", "d"));

    assertThat(work.most).hasValue(3);
  }

  @Test
  void busyProcessorsGetNoMoreAppsThanThereAreProcessors() throws Exception {
    Work work = new Work(2);

    schedule(0, 2).run(Phase.INSTANCES, work.of("a", "b", "c", "d"));

    assertThat(work.most).hasValue(2);
  }

  @Test
  void idleProcessorGetsAFurtherApp() throws Exception {
    SideBySide schedule = schedule(0, 2);
    Work work = new Work(3); // no app ends before three have begun
    load(1);

    schedule.run(Phase.INSTANCES, work.of("a", "b", "c"));

    assertThat(work.most).hasValue(3);
    assertThat(schedule.notices()).isEmpty();
  }

  @Test
  void tooLittleMemoryForTwoRehearsalsTakesOneAfterTheOther() throws Exception {
    memory(1_000_000, 250_000);
    process(10, "gunicorn@b.service", 100_000);
    process(11, "gunicorn@b.service", 60_000);
    Work work = new Work(0);
    SideBySide schedule = schedule(0, 4);
    work.lastsUntil(() -> !schedule.notices().isEmpty());

    schedule.run(Phase.REHEARSE, work.of("a", "b", "c"));

    assertThat(work.most).hasValue(1);
    assertThat(schedule.notices())
        .extracting(Diagnostic::summary)
        .containsExactly("Little memory for rehearsals");
  }

  @Test
  void memoryThatTheRunningAppsUseDecides() throws Exception {
    memory(1_000_000, 250_000);
    for (int i = 0; i < 3; i++) {
      process(10 + i, "gunicorn@%s.service".formatted("abc".charAt(i)), 40_000);
    }
    Work work = new Work(3); // 3 times 40 MB and a tenth of the memory

    SideBySide schedule = schedule(0, 4);
    schedule.run(Phase.REHEARSE, work.of("a", "b", "c"));

    assertThat(work.most).hasValue(3);
    assertThat(schedule.notices()).isEmpty();
  }

  @Test
  void restartsNeedNoFurtherMemory() throws Exception {
    memory(1_000_000, 50_000);
    Work work = new Work(2);

    schedule(2, 2).run(Phase.INSTANCES, work.of("a", "b"));

    assertThat(work.most).hasValue(2);
  }

  @Test
  void aSecondInstanceKeepsRunningOnlyIfMemoryStaysFree() throws Exception {
    process(1, "gunicorn@shop.service", 500_000);
    process(2, "gunicorn@shop.service", 500_000);
    InstanceMemory room = new InstanceMemory(host);

    memory(8_000_000, 1_800_000);
    assertThat(room.hasRoomFor("gunicorn@shop.service")).isTrue();
    memory(8_000_000, 1_799_000);
    assertThat(room.hasRoomFor("gunicorn@shop.service")).isFalse();
    assertThat(room.hasRoomFor("gunicorn@other.service")).isTrue();
    Files.delete(temp.resolve("proc/meminfo"));
    assertThat(room.hasRoomFor("gunicorn@shop.service")).isTrue();
  }
}
