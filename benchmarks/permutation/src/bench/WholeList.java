// SPDX-License-Identifier: Apache-2.0
package bench;

import it.unimi.dsi.fastutil.ints.IntArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What makes and shuffles the whole list: nanoseconds a list, which the report divides. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgs = "-Xmx3g")
@Warmup(iterations = 3, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
public class WholeList {
  @Param({"1000", "65536", "1000000", "100000007"})
  public int size;

  @Benchmark
  public int[] fisherYates() {
    SplittableRandom random = new SplittableRandom(1);
    int[] list = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      list[i] = list[j];
      list[j] = i;
    }
    return list;
  }

  @Benchmark
  public int[] fastutil() {
    int[] list = new int[size];
    for (int i = 0; i < size; i++) {
      list[i] = i;
    }
    return IntArrays.shuffle(list, new Random(1));
  }

  @Benchmark
  public List<Integer> collections() {
    List<Integer> list = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      list.add(i);
    }
    Collections.shuffle(list, new Random(1));
    return list;
  }
}
