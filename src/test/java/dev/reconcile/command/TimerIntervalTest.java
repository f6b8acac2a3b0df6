// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.ExitCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a timer may go off, and what systemd is told. */
final class TimerIntervalTest {
  @ParameterizedTest
  @CsvSource({
    "1min, OnCalendar=*:0/1, 8, every 1 min",
    "15min, OnCalendar=*:0/15, 120, every 15 min",
    "900, OnCalendar=*:0/15, 120, every 15 min",
    "30 m, OnCalendar=*:0/30, 120, every 30 min",
    "1h, OnCalendar=0/1:00, 120, every 1 h",
    "60 minutes, OnCalendar=0/1:00, 120, every 1 h",
    "6hours, OnCalendar=0/6:00, 120, every 6 h",
    "1d, OnCalendar=00:00, 120, every day",
    "7min, 'OnActiveSec=0 OnUnitActiveSec=7min', 56, every 7 min",
    "1h 30min, 'OnActiveSec=0 OnUnitActiveSec=90min', 120, every 1 h 30 min",
    "1h30min, 'OnActiveSec=0 OnUnitActiveSec=90min', 120, every 1 h 30 min",
    "5h, 'OnActiveSec=0 OnUnitActiveSec=300min', 120, every 5 h",
  })
  void spansAreReadAsSystemdReadsThem(String text, String when, int delay, String words)
      throws CommandFailed {
    TimerInterval interval = TimerInterval.parse(text);

    assertThat(interval.when()).isEqualTo(when.replace(" O", "\nO"));
    assertThat(interval.delaySeconds()).isEqualTo(delay);
    assertThat(interval.words()).isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "min",
        "0min",
        "59s",
        "90s",
        "1.5h",
        "-5min",
        "25h",
        "1d 1min",
        "1w",
        "1x 2d",
        "999999d",
        "999999999999min",
        "99999999999999999999999999min",
        "15min; reboot",
        "15min\nOnBootSec=0",
        "*:0/15",
        "15MIN",
      })
  void whatIsNoSpanOfWholeMinutesIsRefused(String text) {
    assertThatThrownBy(() -> TimerInterval.parse(text))
        .isInstanceOfSatisfying(
            CommandFailed.class,
            stop -> {
              assertThat(stop.code()).isEqualTo(ExitCode.USAGE);
              assertThat(stop.diagnostics().getFirst().detail()).contains("from 1min to 1d");
            });
  }
}
