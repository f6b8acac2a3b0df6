// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import dev.reconcile.fault.Fault;
import dev.reconcile.fault.FaultyHost;
import dev.reconcile.run.HostFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A unit that starts by itself during a run (a schedule that is due, a worker after its end) must
 * not read new settings beside old code. The drain of open connections may take minutes.
 */
final class SettingsOrderTest {
  @TempDir(factory = InMemory.class)
  Path temp;

  @Test
  void codeSettingsAndUnitFilesChangeTogether() throws IOException {
    Scene scene = new Scene(Files.createDirectory(temp.resolve("scene")));
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    deploy(scene, "red");
    List<String> calls = deploy(scene, "blue");
    int code = index(calls, "link /usr/share/nginx/shop");
    List<Integer> settings =
        List.of(
            index(calls, "write /etc/gunicorn/shop.env"),
            index(calls, "write /etc/gunicorn/shop.worker.process.env"),
            index(calls, "write /etc/gunicorn/shop.nightly.schedule.env"),
            index(calls, "write /etc/systemd/system/gunicorn-schedule@shop.nightly.service"));
    assertThat(settings).allSatisfy(at -> assertThat(at).isGreaterThan(code));
    int last = settings.stream().mapToInt(at -> at).max().orElseThrow();
    assertThat(calls.subList(code + 1, last + 1))
        .as("nothing slow is between them")
        .allMatch(call -> call.contains(" /etc/gunicorn/") || call.contains(" /etc/systemd/"));
  }

  private static List<String> deploy(Scene scene, String version) throws IOException {
    Files.writeString(scene.repo("src/shop/main.py"), "app = '" + version + "'\n");
    Files.writeString(scene.repo("apps/shop.yaml"), app(version));
    scene.commit();
    List<FaultyHost> opened = new ArrayList<>();
    HostFactory hosts =
        (root, run, units) -> {
          opened.add(
              new FaultyHost(HostFactory.LOCAL.open(root, run, units), Fault.NONE, () -> {}));
          return opened.getLast();
        };
    Scene.Ran ran = scene.run(hosts, "apply");
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    return opened.getFirst().calls();
  }

  private static String app(String version) {
    return """
    source: {folder: src/shop}
    env: {COLOUR: %1$s}
    processes: {worker: {run: python worker.py, env: {SIZE: %1$s}}}
    schedules: {nightly: {run: python job.py %1$s, at: daily, env: {SIZE: %1$s}}}
    site: {server_name: %1$s.example}
    """
        .formatted(version);
  }

  private static int index(List<String> calls, String call) {
    assertThat(calls).anyMatch(made -> made.startsWith(call));
    for (int at = 0; at < calls.size(); at++) {
      if (calls.get(at).startsWith(call)) {
        return at;
      }
    }
    throw new AssertionError(call);
  }
}
