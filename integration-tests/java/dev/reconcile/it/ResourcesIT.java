// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The limits of an app hold wherever its code runs. The kernel shows those of open files; the
 * others need controllers, which a container may not have.
 */
class ResourcesIT {
  private static final String SEEN = "/srv/seen/limits";

  private static final String NOTE =
      """
      import sys, time

      def note(name):
          with open("/proc/self/limits") as limits:
              line = next(line for line in limits if line.startswith("Max open files"))
          with open("/srv/seen/limits", "a") as seen:
              seen.write(" ".join([name] + line.split()[3:5]) + "\\n")

      if __name__ == "__main__":
          note(sys.argv[1])
          time.sleep(int(sys.argv[2]))
      """;

  private static final String MAIN =
      """
      import os, note

      note.note("rehearsal" if "RECONCILE_REHEARSAL" in os.environ else "web")
      KEPT = [open("/dev/null") for _ in range(0)]


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [b"%d files\\n" % len(KEPT)]
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.runScript("install -d -o www-data -g www-data -m 0750 /srv/seen");
    operator.converge(shop(8192, 0));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree shop(int files, int open) {
    return DesiredTree.bare()
        .with("src/shop/main.py", MAIN.replace("range(0)", "range(" + open + ")"))
        .with("src/shop/note.py", NOTE)
        .with(
            "reconcile.yaml",
            """
            version: 1
            files:
              /etc/systemd/system/gunicorn@shop.service.d/limits.conf:
                content: "[Service]\\nLimitNOFILE=1000\\nMemoryMax=1G\\nNice=5\\n"
            """)
        .withRaw(
            "apps/shop.yaml",
            """
            source: {folder: src/shop}
            site: {server_name: shop.test}
            resources: {memory: 256M, cpu: 150%%, tasks: 200, files: %s}
            release: python note.py release 0
            processes:
              same: python note.py same 100000
              other: {run: python note.py other 100000, resources: {files: 4096, memory: false}}
            schedules:
              nightly: {run: python note.py nightly 0, at: yearly, resources: {files: 2048}}
            %s\
            """
                .formatted(files, Stage.QUICK));
  }

  private static String show(String property, String unit) {
    return host.run("systemctl", "show", "--property=" + property, "--value", unit).strip();
  }

  /** What the kernel says of the main process. */
  private static String files(String unit) {
    return host.runScript(
            "grep '^Max open files' /proc/%s/limits | awk '{print $4, $5}'"
                .formatted(show("MainPID", unit)))
        .strip();
  }

  /** Whether systemd can have the kernel limit the memory of a unit on this host. */
  private static boolean hasController() {
    return !show("MemoryCurrent", "gunicorn@shop.service").equals("[not set]");
  }

  @Test
  void limitsHoldWhereverTheCodeRuns() {
    host.run("systemctl", "start", "gunicorn-schedule@shop.nightly.service");
    host.run("reconcile", "run", "shop", "--", "python", "note.py", "run", "0");

    assertThat(host.run("sort", "-u", SEEN).lines())
        .contains(
            "nightly 2048 2048",
            "other 4096 4096",
            "rehearsal 8192 8192",
            "release 8192 8192",
            "run 8192 8192",
            "same 8192 8192",
            "web 8192 8192");
    String web = "gunicorn@shop.service";
    assertThat(List.of(files(web), show("LimitNOFILE", web), show("Nice", web)))
        .as("systemd reads the drop-in of the administrator before ours")
        .containsExactly("8192 8192", "8192", "5");
    assertThat(show("MemoryMax", web)).isEqualTo("268435456");
    assertThat(show("TasksMax", web)).isEqualTo("200");
    assertThat(show("CPUQuotaPerSecUSec", web)).isEqualTo("1.500000s");
    assertThat(show("MemoryMax", "gunicorn-process@shop.same.1.service")).isEqualTo("268435456");
    assertThat(show("MemoryMax", "gunicorn-process@shop.other.1.service")).isEqualTo("infinity");
    assertThat(show("TasksMax", "gunicorn-schedule@shop.nightly.service")).isEqualTo("200");
  }

  @Test
  void statusAndDoctorTellWhetherTheLimitsHaveAnEffect() {
    String use = hasController() ? "[1-9][0-9]*" : "\\[not set\\]";
    assertThat(host.exec("reconcile", "status").stdout())
        .containsPattern("\n  web: " + use + " of 256 MiB")
        .containsPattern("same.1: up .*, " + use + " of 256 MiB");
    assertThat(host.exec("reconcile", "status", "--json").stdout())
        .contains("\"memory_max_bytes\" : 268435456");
    String found = host.exec("reconcile", "doctor").stdout();
    assertThat(found.contains("Limits without effect")).as(found).isEqualTo(!hasController());
  }

  @Test
  void statusNamesKillsForWantOfMemory() {
    host.runScript(
        """
        systemctl kill --signal=KILL --kill-who=main gunicorn@shop.service
        sleep 1
        until systemctl is-active --quiet gunicorn@shop.service; do sleep 0.1; done
        # what systemd writes when the kernel has killed a process of the unit
        printf '%s\\n' MESSAGE_ID=fe6faa94e7774663a0da52717891d8ef PRIORITY=5 \
          UNIT=gunicorn@shop.service MESSAGE=killed | logger --journald
        journalctl --sync
        """);

    assertThat(host.exec("reconcile", "status").stdout())
        .containsPattern("web: .* of 256 MiB, killed once for want of memory\n");
  }

  @Test
  void aChangedLimitRestartsWhatHasItAndFailsInTheRehearsal() {
    operator.converge(shop(8192, 0));
    String web = "gunicorn@shop.service";
    String same = "gunicorn-process@shop.same.1.service";
    String other = "gunicorn-process@shop.other.1.service";
    List<String> before =
        List.of(show("MainPID", web), show("MainPID", same), show("MainPID", other));

    operator.push(shop(64, 100));
    Result refused = succeed(3, operator.apply());
    assertThat(refused.stdout()).contains("Too many open files");
    assertThat(List.of(show("MainPID", web), show("MainPID", same), show("MainPID", other)))
        .as("nothing was touched")
        .isEqualTo(before);
    assertThat(show("LimitNOFILE", web)).isEqualTo("8192");

    operator.push(shop(2000, 100));
    assertThat(operator.plan().stdout())
        .contains("-LimitNOFILE=8192", "+LimitNOFILE=2000", "restart " + web, "restart " + same);
    succeed(0, operator.apply());
    assertThat(operator.page("shop")).isEqualTo("100 files\n");
    assertThat(files(web)).isEqualTo("2000 2000");
    assertThat(files(same)).isEqualTo("2000 2000");
    assertThat(files(other)).isEqualTo("4096 4096");
    operator.assertConverged();

    String pid = show("MainPID", other);
    operator.converge(shop(8192, 100));
    assertThat(files(same)).isEqualTo("8192 8192");
    assertThat(show("MainPID", other)).as("its limits are its own").isEqualTo(pid);
  }
}
