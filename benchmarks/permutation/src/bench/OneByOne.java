// SPDX-License-Identifier: Apache-2.0
package bench;

import dev.reconcile.permute.KeyedPermutation;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What computes any number without the others: nanoseconds a number. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 6, time = 150, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 12, time = 100, timeUnit = TimeUnit.MILLISECONDS)
@OperationsPerInvocation(OneByOne.COUNT)
public class OneByOne {
  static final int COUNT = 64_000;

  @Param({
    "1000", "65536", "1000000", "100000007", "4294967296", "1000000000000", "281474976710656"
  })
  public long size;

  private int span;
  private long[] longs;
  private int[] ints;
  private KeyedPermutation permutation;
  private Kensler kensler;
  private BlackRock blackRock;
  private Ff1 ff1;

  @Setup
  public void prepare() {
    span = (int) Math.min(size, COUNT);
    longs = new long[span];
    ints = new int[span];
    permutation = KeyedPermutation.of("benchmark", size);
    kensler = new Kensler((int) Math.min(size, 1 << 30), 12345);
    blackRock = new BlackRock(size, 12345);
    ff1 = new Ff1(Math.max(size, 1_000_000));
  }

  @Benchmark
  public long permute() {
    long sum = 0;
    for (int done = 0; done < COUNT; done += span) {
      for (int i = 0; i < span; i++) {
        sum += permutation.permute(i);
      }
    }
    return sum;
  }

  @Benchmark
  public long[] fillLongs() {
    for (int done = 0; done < COUNT; done += span) {
      permutation.fill(0, longs, 0, span);
    }
    return longs;
  }

  @Benchmark
  public int[] fillInts() {
    for (int done = 0; done < COUNT; done += span) {
      permutation.fill(0, ints, 0, span);
    }
    return ints;
  }

  @Benchmark
  public long kensler() {
    long sum = 0;
    for (int done = 0; done < COUNT; done += span) {
      for (int i = 0; i < span; i++) {
        sum += kensler.permute(i);
      }
    }
    return sum;
  }

  @Benchmark
  public long blackRock() {
    long sum = 0;
    for (int done = 0; done < COUNT; done += span) {
      for (int i = 0; i < span; i++) {
        sum += blackRock.permute(i);
      }
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(1000)
  public long ff1() {
    long sum = 0;
    for (int i = 0; i < 1000; i++) {
      sum += ff1.permute(i);
    }
    return sum;
  }
}
