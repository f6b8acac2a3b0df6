// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.ProcessLimit;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Value;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The key {@code resources}: the limits of the web process, of a process or of a schedule. */
final class ResourcesSection {
  private static final String OF_APP = "that of the app";

  static final Key<Optional<Value>> RESOURCES =
      Key.section(
              "resources",
              schema("no limit", "systemd's"),
              "the limits of the app, or false for none")
          .otherwise("no limits")
          .more(
              """
              They apply to the web process, and to each process and schedule that sets no others. \
              Each has them for itself. `false` in place of a limit means none. See \
              [limits](apps.md#limits).\
              """)
          .example("{memory: 512M, cpu: 150%, tasks: 200, files: 8192}");

  /** The key of a process or a schedule. */
  static final Key<Optional<Value>> OWN =
      Key.section(RESOURCES.name(), schema(OF_APP, OF_APP), "limits of its own, or false for none")
          .otherwise("those of the app")
          .more("Each key overrides the same key in the `resources` of the app.")
          .example("{memory: 1G}");

  private final Declarations mistakes;

  ResourcesSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the schema of the key.
   *
   * @param unlimited the default of memory and processor time, in the manual
   * @param usual the default of the numbers
   */
  private static Schema schema(String unlimited, String usual) {
    return Schema.orOff(
        Key.fields(
            "resources",
            key(ProcessLimit.MEMORY, "the most memory of all its processes together")
                .otherwise(unlimited)
                .more("If they need more, Linux kills them. `1M` is 1024 times 1024 bytes.")
                .example("512M"),
            key(ProcessLimit.CPU, "the most processor time of all its processes together")
                .otherwise(unlimited)
                .more("`150%` is the time of one and a half processors.")
                .example("150%"),
            key(ProcessLimit.TASKS, "the greatest number of its processes and threads")
                .otherwise(usual)
                .example("200"),
            key(
                    ProcessLimit.FILES,
                    "the greatest number of open files and connections of each of its processes")
                .otherwise(usual)
                .example("8192")));
  }

  private static Key<Optional<Value>> key(ProcessLimit limit, String sentence) {
    return Key.section(limit.key(), Schema.orOff(limit.schema()), sentence);
  }

  /**
   * Returns the limits of an app, a process or a schedule.
   *
   * @param holder the table with the key
   * @param others the limits that apply where the key sets none
   */
  ProcessLimits decode(Table holder, ProcessLimits others) {
    if (!holder.has(RESOURCES)) {
      return others;
    }
    if (holder.isOff(RESOURCES)) {
      return ProcessLimits.NONE;
    }
    Table table = holder.table(RESOURCES);
    Map<ProcessLimit, String> values = new TreeMap<>(others.values());
    for (ProcessLimit limit : ProcessLimit.values()) {
      if (table.isOff(limit.key())) {
        values.remove(limit);
      } else {
        table.text(limit.key()).ifPresent(value -> values.put(limit, plain(limit, value)));
      }
    }
    checkMemory(table);
    return new ProcessLimits(values);
  }

  // systemd reads a number with a leading zero as octal
  private static String plain(ProcessLimit limit, String value) {
    return limit.schema() instanceof Schema.Whole
        ? Integer.toString(Integer.parseInt(value))
        : value;
  }

  private void checkMemory(Table table) {
    String key = ProcessLimit.MEMORY.key();
    String memory = table.isOff(key) ? "" : table.text(key, "");
    if (!memory.isEmpty() && !ProcessLimit.MEMORY.accepts(memory)) {
      String remedy =
          memory.matches("[1-9][0-9]*")
              ? "%1$s without a unit is %1$s bytes. Did you mean %1$sM?".formatted(memory)
              : "Write a greater limit such as 512M, or false for none.";
      mistakes.error(
          table.origin(key),
          "Memory limit too small",
          "No Python program starts with less than 16M. " + remedy);
    }
  }
}
