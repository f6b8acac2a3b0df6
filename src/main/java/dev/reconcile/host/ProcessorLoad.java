// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The load of the machine's processors, by proc_stat(5).
 *
 * <p>Invariant: a processor that it reports as idle was idle for the whole time since the call
 * before, summed over all processors.
 */
public final class ProcessorLoad {
  private static final int IDLE = 4;
  private static final int IO_WAIT = 5;
  private static final int GUEST = 9; // its time is already part of the user time

  private final Path file;
  private long idle;
  private long total;

  /** Creates the load of a host; the first call of {@link #idle()} covers the time from now on. */
  public ProcessorLoad(Host host) throws HostException {
    this.file = host.onDisk("/proc/stat");
    idle();
  }

  /**
   * Returns the number of processors that were idle since the last call, rounded down; 0 if the
   * kernel's counters have not advanced or cannot be read.
   */
  public int idle() {
    List<String> lines;
    try {
      lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return 0;
    }
    String[] fields = lines.isEmpty() ? new String[0] : lines.getFirst().split(" +", -1);
    if (fields.length <= IO_WAIT) {
      return 0;
    }
    long idleNow = Long.parseLong(fields[IDLE]) + Long.parseLong(fields[IO_WAIT]);
    long totalNow = 0;
    for (int i = 1; i < Math.min(fields.length, GUEST); i++) {
      totalNow += Long.parseLong(fields[i]);
    }
    long processors = lines.stream().filter(line -> line.matches("cpu[0-9]+ .*")).count();
    long count = totalNow > total ? (idleNow - idle) * processors / (totalNow - total) : 0;
    idle = idleNow;
    total = totalNow;
    return (int) Math.max(0, count);
  }
}
