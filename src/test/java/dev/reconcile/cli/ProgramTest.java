// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.report.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in messages, for a program that is not on the caller's PATH. */
final class ProgramTest {
  private static final String USUAL = "/usr/sbin:/usr/bin:/sbin:/bin";

  @TempDir Path checkout;
  private String launcher = "";

  @BeforeEach
  void makeLauncher() throws IOException {
    launcher = Files.createFile(checkout.resolve("reconcile")).toString();
  }

  @Test
  void theInstalledProgramIsCalledByItsName() {
    assertThat(Program.name("", checkout, USUAL)).isEqualTo("reconcile");
    assertThat(Program.name("/usr/bin/reconcile", checkout, USUAL)).isEqualTo("reconcile");
  }

  @Test
  void aCheckoutIsCalledByItsPath() {
    assertThat(Program.name(launcher, checkout, USUAL)).isEqualTo("./reconcile");
    assertThat(Program.name(launcher, checkout.resolve("server"), USUAL)).isEqualTo(launcher);
  }

  @Test
  void aLinkOnThePathIsTheProgram() throws IOException {
    Path bin = Files.createDirectory(checkout.resolve("bin"));
    assertThat(Program.name(launcher, checkout, USUAL + ":" + bin)).isEqualTo("./reconcile");

    Files.createSymbolicLink(bin.resolve("reconcile"), Path.of(launcher));
    assertThat(Program.name(launcher, checkout, USUAL + ":" + bin)).isEqualTo("reconcile");
  }

  @Test
  void anotherProgramOfTheNameIsNotThisOne() throws IOException {
    Path bin = Files.createDirectory(checkout.resolve("bin"));
    Files.createFile(bin.resolve("reconcile"));
    assertThat(Program.name(launcher, checkout, bin.toString())).isEqualTo("./reconcile");
  }

  @Test
  void onlyCommandsOfReconcileHaveTheName() {
    Style style = Style.PLAIN.calledAs("./reconcile");
    assertThat(style.command("reconcile history")).isEqualTo("    ./reconcile history\n");
    assertThat(style.in("/srv/t").command("reconcile apply --only shop"))
        .isEqualTo("    ./reconcile apply --root /srv/t --only shop\n");
    assertThat(style.command("systemctl reload nginx.service && reconcile apply"))
        .isEqualTo("    systemctl reload nginx.service && ./reconcile apply\n");
    assertThat(style.command("systemctl enable --now reconcile.timer"))
        .isEqualTo("    systemctl enable --now reconcile.timer\n");
  }
}
