// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.Origin;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The way gunicorn serves the app.
 *
 * @param app the WSGI app, {@code module:callable}
 * @param workers the number of worker processes, from 1
 * @param bind the kind of address that gunicorn listens on
 * @param accessLog the path of the access log; empty for none
 * @param errorLog the path of the error log; empty for systemd's journal
 * @param options further settings by gunicorn's own names, each {@link GunicornSetting#isOption()};
 *     a value of several has each on its own line
 * @param given the keys that the desired state sets, each with its place
 * @param inSource the numbers that the app's own settings file sets, which hold unless an option
 *     overrides them
 */
public record Gunicorn(
    String app,
    int workers,
    Bind bind,
    String accessLog,
    String errorLog,
    Map<String, String> options,
    Map<String, Origin> given,
    Map<String, String> inSource)
    implements WebServer {
  /** The longest time in seconds that an app gets to stop. */
  static final int LONGEST_STOP = 120;

  private static final int USUAL_STOP = 30;

  /** Those of gunicorn whose environment is its own (gunicorn/http/wsgi.py, create). */
  private static final Set<String> WSGI_WORKERS = Set.of("sync", "gthread", "gevent", "eventlet");

  public Gunicorn {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    given = Map.copyOf(given);
    inSource = Map.copyOf(inSource);
  }

  @Override
  public Map<String, String> effective() {
    Map<String, String> effective = new HashMap<>(inSource);
    effective.putAll(options);
    return effective;
  }

  @Override
  public String identity() {
    return app;
  }

  /** Returns whether its workers speak WSGI to the app, and know SCRIPT_NAME. */
  boolean isWsgi() {
    return WSGI_WORKERS.contains(effective().getOrDefault("worker_class", "sync"));
  }

  /** Returns how many seconds gunicorn waits for open requests before it stops. */
  int stopSeconds() {
    return Stream.of("graceful_timeout", "dirty_graceful_timeout")
        .mapToInt(name -> seconds(effective().getOrDefault(name, "0")))
        .max()
        .orElse(0);
  }

  /** Returns how many seconds open connections get: gunicorn's graceful_timeout, within bounds. */
  int drainSeconds() {
    int seconds = stopSeconds();
    return seconds == 0 ? USUAL_STOP : Math.min(seconds, LONGEST_STOP);
  }

  private static int seconds(String text) {
    return text.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(text);
  }

  /** Returns the unit's TimeoutStopSec if the template's is too short for gunicorn; else empty. */
  String stopTimeout() {
    int seconds = stopSeconds();
    return seconds > USUAL_STOP ? Math.min(seconds, LONGEST_STOP) + 5 + "s" : "";
  }

  /**
   * Returns the same with what the app's own settings file sets.
   *
   * @param numbers setting to whole number
   */
  Gunicorn withSettings(Map<String, String> numbers) {
    return new Gunicorn(app, workers, bind, accessLog, errorLog, options, given, numbers);
  }
}
