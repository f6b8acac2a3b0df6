// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The units that write to the journal for an app, and the names under which its log shows them.
 *
 * @param app the app's name
 */
public record JournalUnits(String app) {
  /** The name of the web process. */
  public static final String WEB = "web";

  private static final String SERVICE = ".service";
  private static final String RELEASE = "release";
  private static final String REHEARSAL = "rehearsal";

  /** Returns the {@code journalctl} patterns of all these units. */
  public List<String> patterns() {
    Layout layout = new Layout(app);
    List<String> all = new ArrayList<>(ofWeb());
    all.addAll(List.of(layout.processes(), layout.schedule("*")));
    return all;
  }

  /** Returns the app for which a unit writes to the journal; empty for any other unit. */
  public static Optional<String> appOf(String unit) {
    for (String prefix : List.of(Layout.RELEASE, Layout.STANDBY)) {
      if (unit.startsWith(prefix)) {
        return Optional.of(unit.substring(prefix.length()).replaceFirst("[.].*", ""));
      }
    }
    return Layout.appOf(unit);
  }

  private List<String> ofWeb() {
    return List.of(
        new Layout(app).service(),
        Layout.RELEASE + app + ".*" + SERVICE,
        Layout.STANDBY + app + ".*" + SERVICE);
  }

  /**
   * Returns the {@code journalctl} patterns of the units of a process or schedule, so that lines of
   * other units do not count.
   *
   * @param process its name as in commands: {@code web}, {@code worker}, {@code worker.1} or the
   *     name of a schedule
   */
  public List<String> patterns(String process) {
    Layout layout = new Layout(app);
    return process.equals(WEB)
        ? ofWeb()
        : List.of(
            layout.processes().replace("*", process),
            layout.processes().replace("*", process + ".*"),
            layout.schedule(process));
  }

  /**
   * Returns the name of what a unit runs: {@code web}, {@code worker.1}, the name of a schedule,
   * {@code release} or {@code rehearsal}; empty for any other unit.
   */
  public Optional<String> nameOf(String unit) {
    if (unit.equals(new Layout(app).service())) {
      return Optional.of(WEB);
    }
    if (Layout.isNamed(unit) && Layout.appOf(unit).filter(app::equals).isPresent()) {
      return Optional.of(Layout.nameInApp(unit));
    }
    if (unit.startsWith(Layout.RELEASE + app + ".")) {
      return Optional.of(RELEASE);
    }
    return unit.startsWith(Layout.STANDBY + app + ".") ? Optional.of(REHEARSAL) : Optional.empty();
  }

  /**
   * Returns the words by which a person names processes in commands: the name of each unit, and for
   * an instance such as {@code worker.1} also {@code worker}, which means all instances.
   *
   * @param names the names of units, without {@code release} and {@code rehearsal}
   */
  public static NavigableSet<String> words(Collection<String> names) {
    NavigableSet<String> words = new TreeSet<>(names);
    names.forEach(name -> words.add(name.replaceFirst("[.].*", "")));
    return words;
  }

  /**
   * Tells whether a name of a unit is that of a process or schedule, or of an instance of it. A
   * release step and a rehearsal belong to the web process.
   */
  public static boolean isOf(String name, String process) {
    return name.equals(process)
        || name.startsWith(process + ".")
        || (process.equals(WEB) && (name.equals(RELEASE) || name.equals(REHEARSAL)));
  }
}
