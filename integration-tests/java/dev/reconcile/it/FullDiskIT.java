// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fault.Survival;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real file systems that are full or read-only: a clear error, and nothing that runs is harmed. */
class FullDiskIT {
  private static final String READ_ONLY =
      """
      mount --bind "$1" "$1"
      mount -o remount,ro,bind "$1"
      """;

  /** A copy of the folder on a small file system of its own, with no byte free. */
  static final String FULL =
      """
      kilobytes=$(du -sk "$1" | cut -f 1)
      rm -rf /var/tmp/copy
      cp -a "$1" /var/tmp/copy
      mount -t tmpfs -o mode=755,size=$((kilobytes + kilobytes / 4 + 256))k full "$1"
      cp -a /var/tmp/copy/. "$1"
      dd if=/dev/zero of="$1/fill" bs=4k 2>/dev/null || true
      dd if=/dev/zero of="$1/fill2" bs=1 2>/dev/null || true
      """;

  private static final String UNMOUNT = "umount --lazy \"$1\"";

  private static Stage stage;
  private static Survival survival;
  private static String base;
  private static String goal;

  @BeforeAll
  static void boot() {
    survival = Survival.named(FullDiskIT.class);
    stage = Stage.boot(Stage.tree("one"));
    base = stage.operator().push(Stage.tree("one"));
    // another user, so that something must be written for systemd, too: a link takes no room
    String user = "user: daemon\ngroup: daemon\n";
    goal = stage.operator().push(Stage.tree("two").plain("kiosk", Stage.QUICK + user));
  }

  @AfterAll
  static void close() {
    stage.close();
  }

  @Thorough
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/var/lib/reconcile",
        "/etc/systemd/system",
        "/etc/nginx",
        "/etc/nginx/sites-available",
        "/etc/gunicorn",
        "/usr/share/nginx",
        "/opt/py_envs"
      })
  void readOnly(String folder) {
    disturbed("read-only: " + folder, READ_ONLY, folder, "Read-only file system", UNMOUNT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/nginx/sites-available", "/etc/gunicorn", "/etc/systemd/system"})
  void full(String folder) {
    disturbed("full: " + folder, FULL, folder, "No space left on device", UNMOUNT);
  }

  /** What is remembered is on the full disk itself, so it is mended by making room. */
  @Thorough
  @Test
  void fullStore() {
    String store = "/var/lib/reconcile";
    disturbed(
        "full: " + store,
        FULL,
        store,
        "No space left on device",
        "rm \"$1\"/fill*; mount -o remount,size=1g \"$1\"");
    stage
        .host()
        .runScript(
            "cp -a /var/lib/reconcile /var/tmp/store; umount --lazy /var/lib/reconcile;"
                + " rm -rf /var/lib/reconcile; mv /var/tmp/store /var/lib/reconcile");
  }

  /** A thread of JGit reads the local repository, and loses its reader when the disk is full. */
  @Thorough
  @Test
  void fullDuringTheFetchOfALocalRepository() {
    String store = "/var/lib/reconcile";
    script("head -c 3000000 /dev/urandom >\"$1\"", "/var/tmp/large");
    script(
        """
        cd /var/tmp; rm -rf bare local; cp -r "${1#file://}" bare; chown -R root: bare
        git clone -q bare local; cd local
        git config user.email a@b; git config user.name a
        mv /var/tmp/large large; git add large; git commit -qm large
        """,
        stage.operator().repo());
    script(FULL, store);
    Result failed;
    try {
      failed = stage.host().exec("reconcile", "--repo", "/var/tmp/local", "--allow-rewind");
    } finally {
      script(UNMOUNT, store);
    }
    String said = failed.stdout() + failed.stderr();
    assertThat(said).contains("No space left on device");
    assertThat(said).doesNotContain("Exception", "\tat ");
    succeed(0, stage.apply(base));
  }

  private static void disturbed(
      String row, String breakIt, String folder, String errno, String mend) {
    String quiet = stage.quiet();
    script(breakIt, folder);
    survival.attempt(
        row,
        folder,
        () -> {
          try {
            assertRefused(folder, errno);
          } finally {
            script(mend, folder);
          }
          succeed(0, stage.apply(goal));
          stage.inspect(quiet, goal, "shop=" + Stage.page("two"), "kiosk=hello from daemon");
        });
    succeed(0, stage.apply(base));
    stage.inspect(quiet, base, "shop=" + Stage.page("one"), "kiosk=-");
    survival.settle(row);
  }

  private static void assertRefused(String folder, String errno) {
    // only kiosk, which is new, has to write there: it alone is taken back
    boolean ofKiosk = folder.equals("/etc/systemd/system") && errno.startsWith("No space");
    Result failed = succeed(ofKiosk ? 3 : 1, stage.apply(goal));
    String said = failed.stdout() + failed.stderr();
    assertThat(said.lines().filter(line -> line.contains("Cannot ")))
        .as(said)
        .anyMatch(line -> line.contains(folder) && line.contains(errno));
    assertThat(said).doesNotContain("Exception", "\tat ");
    for (String app : List.of("shop", "quiet")) {
      assertThat(stage.operator().status(app)).as(app).isEqualTo("200");
    }
  }

  private static void script(String script, String folder) {
    stage.host().run("sh", "-ec", script, "sh", folder);
  }
}
