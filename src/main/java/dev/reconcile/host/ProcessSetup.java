// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The normalisation of the attributes that a process inherits from its caller: open descriptors,
 * umask, signals and limits. They would affect the files that Java writes and the programs that a
 * run starts. The launchers do the part that a shell can do at no cost. This class does the rest,
 * and all of it for {@code java -jar}.
 */
public final class ProcessSetup {
  private static final String UMASK = "0022";
  private static final String NONE = "unlimited";
  private static final long JOB_CONTROL = bit(21) | bit(22); // a handler would make a write loop
  private static final long NOT_CHANGEABLE = bit(9) | bit(19);
  private static final long CHILD_ENDED = bit(17); // Java sets it before its first child
  private static final int SIGNALS = 31;

  /** Replacements for descriptors that the caller had closed. */
  private static final List<FileInputStream> STAND_INS = new ArrayList<>();

  /**
   * A resource limit that can make a run, or a program that it starts, fail.
   *
   * @param name the name in proc_pid_limits(5)
   * @param number the number in getrlimit(2)
   * @param least the soft limit below which the limit is raised
   * @param wanted the limit to which it is raised
   */
  private record Limit(String name, int number, long least, long wanted) {}

  // 1024 descriptors are the default soft limit of a process, 524288 systemd's hard limit. The
  // limit of processes applies to the unprivileged users that a run becomes, not to root.
  private static final List<Limit> LIMITS =
      List.of(
          new Limit("Max cpu time", 0, SystemCalls.UNLIMITED, SystemCalls.UNLIMITED),
          new Limit("Max file size", 1, SystemCalls.UNLIMITED, SystemCalls.UNLIMITED),
          new Limit("Max data size", 2, SystemCalls.UNLIMITED, SystemCalls.UNLIMITED),
          new Limit("Max stack size", 3, 8 << 20, 8 << 20),
          new Limit("Max processes", 6, 1024, SystemCalls.UNLIMITED),
          new Limit("Max open files", 7, 1024, 524_288),
          new Limit("Max address space", 9, SystemCalls.UNLIMITED, SystemCalls.UNLIMITED));

  private ProcessSetup() {}

  /**
   * Opens those of the first three descriptors that the caller had closed. Otherwise the next
   * opened files would get these numbers, and output would be written into them. The replacements
   * are read-only, so that printing fails as before.
   */
  public static void fillDescriptors() throws IOException {
    for (int number = 0; number <= 2; number++) {
      if (!Files.exists(Path.of("/proc/self/fd/" + number))) {
        STAND_INS.add(new FileInputStream("/dev/null"));
      }
    }
  }

  /**
   * Sets the default locale to English, whatever the caller's; only case rules and digits depend on
   * it.
   */
  public static void speakEnglish() {
    if (!Locale.getDefault().getLanguage().equals("en")) {
      Locale.setDefault(Locale.ENGLISH);
    }
  }

  /**
   * Sets umask, signals and limits to those of a systemd service. A process without root's rights
   * raises its limits as far as permitted.
   */
  public static void settle() throws IOException {
    Map<String, String> status = table("/proc/self/status", ":");
    if (!UMASK.equals(status.get("Umask"))) {
      SystemCalls.umask(0022);
    }
    long ignored = Long.parseUnsignedLong(status.getOrDefault("SigIgn", "0"), 16);
    long changeable = ignored & ~(JOB_CONTROL | NOT_CHANGEABLE | CHILD_ENDED);
    for (int signal = 1; signal <= SIGNALS; signal++) {
      if ((changeable & bit(signal)) != 0) {
        SystemCalls.takeWithoutEffect(signal);
      }
    }
    lift(table("/proc/self/limits", "  +"));
  }

  private static void lift(Map<String, String> limits) {
    for (Limit limit : LIMITS) {
      String[] found = limits.getOrDefault(limit.name(), NONE + " " + NONE).split(" +", -1);
      long soft = value(found[0]);
      long hard = value(found[1]);
      if (soft >= limit.least()) {
        continue;
      }
      boolean isLifted =
          SystemCalls.limit(limit.number(), limit.wanted(), Math.max(hard, limit.wanted()));
      if (!isLifted && hard > soft) {
        SystemCalls.limit(limit.number(), Math.min(hard, limit.wanted()), hard);
      }
    }
  }

  private static long value(String text) {
    return text.equals(NONE) ? SystemCalls.UNLIMITED : Long.parseLong(text);
  }

  private static Map<String, String> table(String file, String separator) throws IOException {
    Map<String, String> table = new HashMap<>();
    List<String> lines =
        Files.exists(Path.of(file)) ? Files.readAllLines(Path.of(file)) : List.of();
    for (String line : lines) {
      String[] parts = line.split(separator, 2);
      if (parts.length == 2) {
        table.put(parts[0].strip(), parts[1].strip());
      }
    }
    return table;
  }

  private static long bit(int signal) {
    return 1L << (signal - 1);
  }
}
