// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class InstallLinksTest {
  private static List<String> links(String text) {
    return UnitsSection.installLinks("backup.timer", text);
  }

  @Test
  void wantedByRequiredByAndAliasAreLinks() {
    assertThat(
            links(
                """
                [Timer]
                OnCalendar=daily
                [Install]
                WantedBy=timers.target multi-user.target
                RequiredBy = backup.target
                Alias=save.timer
                Also=other.service
                """))
        .containsExactly(
            "/etc/systemd/system/timers.target.wants/backup.timer",
            "/etc/systemd/system/multi-user.target.wants/backup.timer",
            "/etc/systemd/system/backup.target.requires/backup.timer",
            "/etc/systemd/system/save.timer");
  }

  @Test
  void onlyTheInstallSectionCounts() {
    assertThat(links("[Unit]\nWantedBy=timers.target\n[Install]\n[Timer]\nAlias=a.timer\n"))
        .isEmpty();
  }

  @Test
  void commentsAndNamesThatAreNoUnitsAreSkipped() {
    assertThat(
            links(
                "[Install]\n#WantedBy=a.target\n; Alias=b.timer\nWantedBy=../../x.target nothing\n"))
        .isEmpty();
  }

  @Test
  void windowsLineEndsAndBlanksAreRead() {
    assertThat(links("[Install]\r\n  WantedBy=  timers.target  \r\n"))
        .containsExactly("/etc/systemd/system/timers.target.wants/backup.timer");
  }
}
