// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.systemd.UnitText.Line;
import org.junit.jupiter.api.Test;

/** A unit file as systemd reads it. */
class UnitTextTest {

  @Test
  void settingsStandInTheirSections() {
    UnitText text =
        UnitText.parse(
            """
            Lost=before any section
            # a comment
            [Unit]
              After = a.service b.service
            ; another
            [Service]
            ExecStart=/bin/a --one \\
            # in between
              --two=2 \\

            Environment="A=1 2"
            not a setting
            """);
    assertThat(text.lines())
        .containsExactly(
            new Line("", "Lost", "before any section"),
            new Line("Unit", "After", "a.service b.service"),
            new Line("Service", "ExecStart", "/bin/a --one  --two=2"),
            new Line("Service", "Environment", "\"A=1 2\""));
  }

  @Test
  void lineThatGoesOnAtTheEndIsWhole() {
    assertThat(UnitText.parse("[Service]\nExecStart=/bin/a \\").last("Service", "ExecStart"))
        .isEqualTo("/bin/a");
  }

  @Test
  void ownNamesAreWrittenOutAndOthersStay() {
    UnitText text =
        UnitText.parse("[Service]\nExecStart=/x/%i %I %p %n %N %j %f %t/a %% %%i %H %u 100% %\n");
    assertThat(text.resolved("gunicorn@my-shop.service").last("Service", "ExecStart"))
        .isEqualTo(
            "/x/my-shop my/shop gunicorn gunicorn@my-shop.service gunicorn@my-shop gunicorn"
                + " /my/shop /run/a %% %%i %H %u 100% %");
  }

  @Test
  void instanceWithADashKeepsItInThePathOfItsName() {
    UnitText text = UnitText.parse("[Service]\nExecStart=/x/%I %f %i\n");
    assertThat(text.resolved("gunicorn@my\\x2dshop.service").last("Service", "ExecStart"))
        .isEqualTo("/x/my-shop /my-shop my\\x2dshop");
  }

  @Test
  void emptyValueClearsWhatCameBefore() {
    UnitText text =
        UnitText.parse("[Service]\nRuntimeDirectory=a b\nRuntimeDirectory=\nRuntimeDirectory=c\n");
    assertThat(text.words("Service", "RuntimeDirectory")).containsExactly("c");
  }
}
