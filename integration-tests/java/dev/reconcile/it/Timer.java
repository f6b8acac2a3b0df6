// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * reconcile.service and reconcile.timer as they are shipped, installed by hand on a {@link
 * TestHost}.
 *
 * @param host the host, with reconcile on it
 */
record Timer(TestHost host) {

  static final String SERVICE = "reconcile.service";
  static final String TIMER = "reconcile.timer";
  private static final Path SHIPPED = Path.of("src/main/systemd");
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Installs both for a repository; more is what else the configuration says. */
  static Timer install(TestHost host, String repo, String more) {
    try {
      for (String unit : new String[] {SERVICE, TIMER}) {
        host.write("/etc/systemd/system/" + unit, Files.readString(SHIPPED.resolve(unit)), "0644");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.run("ln", "-sf", "/usr/local/bin/reconcile", "/usr/bin/reconcile");
    host.write("/etc/reconcile/config.yaml", "repo: " + repo + "\n" + more, "0644");
    host.run("systemctl", "daemon-reload");
    return new Timer(host);
  }

  /** What the timer does when it elapses, which systemd must call a success; gives its log. */
  String elapse() {
    String mark = host.runScript("journalctl --sync; journalctl -n 0 --show-cursor");
    Result start = host.exec(LIMIT, "systemctl", "start", SERVICE);
    String cursor = mark.strip().replaceFirst("(?s).*-- cursor: ", "");
    host.run("journalctl", "--sync");
    String log =
        host.run(
            "journalctl",
            "--no-pager",
            "--output=cat",
            "--after-cursor=" + cursor,
            "--unit=" + SERVICE);
    assertThat(start.ok()).describedAs("%s\n%s", start, log).isTrue();
    return log;
  }

  /** Runs a script in the service's place, with all that it may and may not do. */
  Result inItsPlace(String script) {
    host.write("/root/in-its-place", script, "0755");
    return host.exec(
        LIMIT,
        "sh",
        "-ec",
        """
        drop_in=/etc/systemd/system/$1.d/test.conf
        mkdir -p "${drop_in%/*}"
        printf '[Service]\\nExecStart=\\nExecStart=/bin/bash -ec "%s"\\n' \
          ". /root/in-its-place >/root/out 2>&1" >"$drop_in"
        systemctl daemon-reload
        code=0
        systemctl start "$1" || code=$?
        rm "$drop_in"
        systemctl daemon-reload
        cat /root/out
        exit $code
        """,
        "sh",
        SERVICE);
  }
}
