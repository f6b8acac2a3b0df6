// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The requests that a site was sent by wrk, through nginx, while something else was done. Each has
 * a connection of its own, because nginx may close one that is kept open at any time.
 *
 * @param requests all of them
 * @param failed those without an answer, and those with another status than 2xx and 3xx
 * @param slowest how long the slowest took, in wrk's words
 */
record Load(int requests, int failed, String slowest) {
  /** The load leaves most of the processors to the run. */
  private static final int PAUSE_MILLIS = 5;

  private static final String START =
      """
      rm -f /var/tmp/wrk
      cat >/var/tmp/pause.lua <<END
      apps = {$(printf '"%s.test",' $1)}
      last = 0
      function delay() return $2 end
      function request()
        last = last % #apps + 1
        return wrk.format("GET", "/", {Host = apps[last], Connection = "close"})
      end
      END
      setsid wrk --threads 1 --connections 4 --duration 300s --timeout 30s --latency \
        --script /var/tmp/pause.lua \
        http://localhost/ >/var/tmp/wrk 2>&1 </dev/null &
      sleep 1
      """;

  /** wrk prints its figures when it is interrupted. */
  private static final String STOP =
      """
      sleep 1
      pkill --signal INT --exact wrk
      for _ in $(seq 100); do
        pgrep --exact wrk >/dev/null || break
        sleep 0.1
      done
      cat /var/tmp/wrk
      """;

  private static final Pattern REQUESTS = Pattern.compile("(?m)^ *(\\d+) requests in ");
  private static final Pattern SLOWEST =
      Pattern.compile("(?m)^ *Latency +\\S+ +\\S+ +([0-9.]+)(us|ms|s|m) ");
  private static final Pattern SOCKET_ERRORS =
      Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
  private static final Pattern OTHER_STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

  /**
   * What a run and a load were together.
   *
   * @param result how the run ended
   */
  record During(Result result, Load load) {}

  /** Performs a run while the site APP.test is asked some hundred times a second. */
  static During of(TestHost host, String app, Supplier<Result> run) {
    return of(host, app, PAUSE_MILLIS, run);
  }

  /** Performs a run while the sites of all these apps are asked in turn. */
  static During ofAll(TestHost host, List<String> apps, Supplier<Result> run) {
    return of(host, String.join(" ", apps), PAUSE_MILLIS, run);
  }

  /** Performs a run while the site APP.test is asked as often as it answers. */
  static During full(TestHost host, String app, Supplier<Result> run) {
    return of(host, app, 0, run);
  }

  private static During of(TestHost host, String app, int pauseMillis, Supplier<Result> run) {
    host.run("sh", "-ec", START, "sh", app, "" + pauseMillis);
    Result result;
    String text;
    try {
      result = run.get();
    } finally {
      text = host.runScript(STOP);
    }
    Matcher slowest = SLOWEST.matcher(text);
    assertThat(slowest.find()).as(text).isTrue();
    int requests = number(REQUESTS, text);
    assertThat(requests).as(text).isGreaterThan(100);
    return new During(
        result, new Load(requests, failed(text), slowest.group(1) + " " + slowest.group(2)));
  }

  private static int failed(String text) {
    int failed = 0;
    Matcher sockets = SOCKET_ERRORS.matcher(text);
    if (sockets.find()) {
      for (int i = 1; i <= sockets.groupCount(); i++) {
        failed += Integer.parseInt(sockets.group(i));
      }
    }
    return failed + (text.contains("Non-2xx") ? number(OTHER_STATUS, text) : 0);
  }

  private static int number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
