// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command timer on a directory tree; what systemd makes of it is seen on a host. */
final class TimerCommandTest {
  private static final String LAUNCHER = "reconcile.launcher";
  private static final String REPO = "git@example.com:me/server.git";
  private static final String SERVICE = "/etc/systemd/system/reconcile.service";
  private static final String TIMER = "/etc/systemd/system/reconcile.timer";
  private static final String LINK = "/etc/systemd/system/timers.target.wants/reconcile.timer";
  private static final String CONFIG = "/etc/reconcile/config.yaml";

  @TempDir Path temp;
  private Scene scene;

  @BeforeEach
  void makeScene() throws IOException {
    scene = new Scene(temp);
    System.setProperty(LAUNCHER, "/opt/reconcile/reconcile");
  }

  @AfterEach
  void forget() {
    System.clearProperty(LAUNCHER);
  }

  private Scene.Ran timer(String... words) {
    List<String> line = new ArrayList<>(List.of("timer"));
    line.addAll(List.of(words));
    line.addAll(List.of("--root", scene.root().toString()));
    return scene.run(line, Map.of());
  }

  private Scene.Ran install(String... words) {
    List<String> line = new ArrayList<>(List.of("install", "--repo", REPO));
    line.addAll(List.of(words));
    Scene.Ran ran = timer(line.toArray(String[]::new));
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    return ran;
  }

  @Test
  void installWritesWhatIsShippedWithThisMachinesPaths() throws IOException {
    Scene.Ran ran = install();

    assertThat(ran.out().lines())
        .containsExactly(
            CONFIG + " written",
            SERVICE + " written",
            TIMER + " written",
            "reconcile.timer enabled");
    assertThat(scene.look(SERVICE))
        .startsWith("file 0644\n# Written by \"reconcile timer install\"")
        .contains("\nExecStart=/opt/reconcile/reconcile apply\n")
        .contains("\nEnvironment=JAVA_HOME=" + System.getProperty("java.home") + "\n")
        .contains("\nNoNewPrivileges=yes\n");
    assertThat(scene.look(TIMER))
        .contains("\nOnCalendar=*:0/15\n", "\nRandomizedDelaySec=120\n", "\nPersistent=true\n");
    assertThat(scene.look(LINK)).isEqualTo("link -> " + TIMER + "\n");
    assertThat(scene.look(CONFIG)).startsWith("file 0600\n").endsWith("\nrepo: \"" + REPO + "\"\n");
  }

  @Test
  void onceMoreThereIsNothingToDo() throws IOException {
    install();
    SortedMap<String, String> before = scene.snapshot();

    assertThat(install().out()).isEqualTo("No changes.\n");
    assertThat(timer("install", "--quiet").out()).isEmpty();
    assertThat(scene.snapshot()).isEqualTo(before);
  }

  @Test
  void anotherIntervalChangesTheTimerAlone() throws IOException {
    install();
    String service = scene.look(SERVICE);

    assertThat(install("--every", "1h 30min").out()).isEqualTo(TIMER + " written\n");
    assertThat(scene.look(TIMER))
        .contains("repository, every 1 h 30 min\n", "\nOnActiveSec=0\nOnUnitActiveSec=90min\n");
    assertThat(scene.look(SERVICE)).isEqualTo(service);
  }

  @Test
  void removeTakesAwayWhatInstallHasWritten() throws IOException {
    install();

    Scene.Ran ran = timer("remove");

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(ran.out().lines())
        .containsExactly(LINK + " removed", TIMER + " removed", SERVICE + " removed");
    for (String path : List.of(SERVICE, TIMER, LINK)) {
      assertThat(scene.look(path)).isEqualTo("absent\n");
    }
    assertThat(scene.look(CONFIG)).as("it is the administrator's").contains(REPO);
    assertThat(timer("remove").out()).isEqualTo("No changes.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "install, /etc/systemd/system/reconcile.service",
    "remove, /etc/systemd/system/reconcile.service",
    "install, /etc/systemd/system/reconcile.timer",
    "remove, /etc/systemd/system/reconcile.timer",
  })
  void aUnitOfSomebodyElseStays(String verb, String unit) throws IOException {
    Files.writeString(scene.live(unit), "[Unit]\nDescription=mine\n");
    Files.writeString(scene.live(CONFIG), "repo: " + REPO + "\n");
    SortedMap<String, String> before = scene.snapshot();

    Scene.Ran ran = timer(verb);

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("Somebody else's unit is in the way", unit);
    assertThat(scene.snapshot()).isEqualTo(before);
  }

  @Test
  void aUnitThatIsALinkIsSomebodyElses() throws IOException {
    Files.createSymbolicLink(scene.live(TIMER), Path.of("/dev/null"));

    assertThat(timer("install", "--repo", REPO).code()).isEqualTo(ExitCode.FAILED);
    assertThat(scene.look(TIMER)).isEqualTo("link -> /dev/null\n");
  }

  @Test
  void thePackagesTimerIsNotHidden() throws IOException {
    Files.writeString(scene.live("/usr/lib/systemd/system/reconcile.timer"), "[Timer]\n");
    Files.copy(Path.of("packaging/config.yaml"), scene.live(CONFIG));

    Scene.Ran ran = timer("install", "--repo", REPO);

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err())
        .contains("Timer of the package present", "so there is no timer to install")
        .endsWith(
            "\n    echo 'repo: \""
                + REPO
                + "\"' >> "
                + CONFIG
                + " && systemctl enable --now reconcile.timer\n");
    assertThat(scene.look(SERVICE)).isEqualTo("absent\n");

    Files.writeString(scene.live(CONFIG), "repo: " + REPO + "\n");
    assertThat(timer("install").err())
        .contains("to install; enable it.\n    systemctl enable --now reconcile.timer\n");
  }

  @Test
  void aRepoMustBeKnown() throws IOException {
    assertThat(timer("install").code()).isEqualTo(ExitCode.USAGE);
    assertThat(timer("install").err()).contains("--repo git@host:path");
    assertThat(timer("install", "--repo", "http://example.com/server.git").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(scene.look(SERVICE)).isEqualTo("absent\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'repo: /srv/other.git', 'has another repo'",
    "'ref: main', 'is there, and has no repo'",
    "'rpeo: x', 'Did you mean \"repo\"?'",
  })
  void aConfigurationThatIsThereStaysAsItIs(String text, String hint) throws IOException {
    Files.writeString(scene.live(CONFIG), text + "\n");

    Scene.Ran ran = timer("install", "--repo", REPO);

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(hint);
    assertThat(scene.look(CONFIG)).endsWith("\n" + text + "\n");
    assertThat(scene.look(SERVICE)).isEqualTo("absent\n");
  }

  @Test
  void aDirectoryIsWrittenAsAServiceFindsIt() throws IOException {
    assertThat(timer("install", "--repo", "desired \"state\"").code()).isEqualTo(ExitCode.OK);

    assertThat(scene.look(CONFIG))
        .endsWith("repo: \"" + Path.of("").toAbsolutePath() + "/desired \\\"state\\\"\"\n");
  }

  @Test
  void aConfigurationWithARepoIsEnough() throws IOException {
    Files.writeString(scene.live(CONFIG), "repo: " + REPO + "\nref: main\n");

    assertThat(timer("install").out()).doesNotContain(CONFIG);
    assertThat(scene.look(CONFIG)).endsWith("\nrepo: " + REPO + "\nref: main\n");
    assertThat(scene.look(LINK)).startsWith("link");
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'It is not known what starts reconcile'",
    "/tmp/reconcile/reconcile, 'A service has temporary folders of its own'",
    "/opt/100%/reconcile, 'systemd would read some of its characters in another way'",
    "'/opt/my tools/reconcile', 'systemd would read some of its characters in another way'",
  })
  void aLauncherThatAServiceCannotStartIsRefused(String launcher, String hint) throws IOException {
    System.setProperty(LAUNCHER, launcher);

    Scene.Ran ran = timer("install", "--repo", REPO);

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains(hint);
    assertThat(scene.look(CONFIG)).isEqualTo("absent\n");
  }
}
