// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * A limit of a process, as a key of {@code resources} and as a setting of a unit
 * (systemd.resource-control(5), systemd.exec(5)).
 *
 * <p>Invariant: a value that a limit accepts is written into a unit as it stands.
 */
public enum ProcessLimit {
  /** The most memory of all processes of the unit together. */
  MEMORY("memory", "MemoryMax", "memory"),
  /** The most processor time of all processes of the unit together. */
  CPU("cpu", "CPUQuota", "cpu"),
  /** The greatest number of processes and threads of the unit. */
  TASKS("tasks", "TasksMax", "pids"),
  /** The greatest number of open files of each process. */
  FILES("files", "LimitNOFILE", "");

  /** The greatest number of tasks of a Linux host (proc(5), {@code pid_max}). */
  private static final int MOST_TASKS = 4_194_304;

  /** The greatest number of open files of a process, as Linux sets it (proc(5), nr_open). */
  private static final int MOST_FILES = 1_048_576;

  /** With fewer, no server starts: it opens sockets, logs and pipes to its workers. */
  private static final int FEWEST_FILES = 64;

  private static final long LEAST_MEMORY = 16L << 20;
  private static final String UNITS = "KMGT";

  private final String key;
  private final String setting;
  private final String controller;

  ProcessLimit(String key, String setting, String controller) {
    this.key = key;
    this.setting = setting;
    this.controller = controller;
  }

  /** Returns the name of the key of {@code resources}. */
  public String key() {
    return key;
  }

  /** Returns the name of the setting of a unit. */
  public String setting() {
    return setting;
  }

  /** Returns the kernel's controller that enforces the limit; empty if it needs none. */
  public String controller() {
    return controller;
  }

  /** Returns the schema of a value. */
  public Schema schema() {
    return switch (this) {
      case MEMORY -> Schema.text(TextFormat.MEMORY);
      case CPU -> Schema.text(TextFormat.CPU);
      case TASKS -> Schema.whole(1, MOST_TASKS);
      case FILES -> Schema.whole(FEWEST_FILES, MOST_FILES);
    };
  }

  /** Tells whether a value is a limit that a Python program can start with. */
  public boolean accepts(String value) {
    return switch (this) {
      case MEMORY ->
          TextFormat.MEMORY.accepts(value) && (value.endsWith("%") || bytes(value) >= LEAST_MEMORY);
      case CPU -> TextFormat.CPU.accepts(value);
      case TASKS -> isWithin(value, 1, MOST_TASKS);
      case FILES -> isWithin(value, FEWEST_FILES, MOST_FILES);
    };
  }

  private static boolean isWithin(String value, long least, long most) {
    return value.matches("[1-9][0-9]{0,8}")
        && Long.parseLong(value) >= least
        && Long.parseLong(value) <= most;
  }

  private static long bytes(String size) {
    int last = size.length() - 1;
    int unit = UNITS.indexOf(size.charAt(last));
    return unit < 0
        ? Long.parseLong(size)
        : Long.parseLong(size.substring(0, last)) << (10 * (unit + 1));
  }
}
