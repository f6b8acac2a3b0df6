// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A command of an app that runs at times.
 *
 * @param name the name, unique among the schedules and processes of the app
 * @param command the command, with the longest time that it may take
 * @param at the times, as systemd's calendar (systemd.time(7), "Calendar Events")
 * @param atOrigin where the times are declared
 * @param persistent whether a run that was missed while the host was off is made up for
 * @param splay the longest random delay of a run
 * @param env variables of this schedule alone, which override those of the app
 * @param limits the limits of its command
 * @param origin where it is declared
 */
public record Schedule(
    String name,
    AppCommand command,
    String at,
    Origin atOrigin,
    boolean persistent,
    Duration splay,
    Map<String, String> env,
    ProcessLimits limits,
    Origin origin) {
  public Schedule {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /**
   * Returns the file on the host that has the times.
   *
   * @param app the names of the app
   */
  public String timesFile(Layout app) {
    return Layout.dropIns(app.timer(name)) + AppUnits.DROP_IN;
  }
}
