// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that waits for a file and a folder that a hostile build hands to it, and then writes to
 * both without end.
 */
final class Accomplice {
  private Accomplice() {}

  /** Starts it as a user that has no right to the build. */
  static void start(TestHost host, String user) {
    host.write(
        "/var/tmp/accomplice.py",
        """
        import array, os, socket, time
        server = socket.socket(socket.AF_UNIX)
        server.bind("\\0accomplice")
        server.listen()
        client, _ = server.accept()
        _, parts, _, _ = client.recvmsg(9, socket.CMSG_SPACE(8))
        file, folder = array.array("i", parts[0][2])
        end = time.time() + 90
        while time.time() < end:
            try:
                os.pwrite(file, b"evil", 0)
                os.mkfifo("trap", dir_fd=folder)
                os.unlink("trap", dir_fd=folder)
            except OSError:
                time.sleep(0.001)
        """,
        "0644");
    host.runScript(
        "systemd-run -q --uid=%s --unit=accomplice --property=Type=exec python3 /var/tmp/accomplice.py"
            .formatted(user));
  }

  /**
   * Asserts that what it was handed is no part of the result of the build, and ends it.
   *
   * @param result how the run of the build ended
   * @param given the path at which the result has the file
   */
  static void changesNothing(TestHost host, Result result, String given) {
    assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isIn(0, 3);
    if (result.exitCode() == 0) {
      assertThat(host.read(given)).isIn("good", "evil");
      assertThat(host.run("stat", "-c", "%U %a %h", given)).isEqualTo("root 644 1\n");
      host.runScript("printf kept >" + given + "; sleep 1");
      assertThat(host.read(given)).isEqualTo("kept");
    }
    assertThat(host.exec("systemctl", "is-active", "accomplice").stdout()).isEqualTo("active\n");
    host.run("systemctl", "stop", "accomplice");
  }
}
