// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The manual page says what the help says; how it looks is seen on a host. */
final class ManPageTest {
  private final String page = ManPage.text();

  @Test
  void allSectionsAreThere() {
    assertThat(page.lines().filter(line -> line.startsWith(".SH ")))
        .containsExactly(
            ".SH NAME",
            ".SH SYNOPSIS",
            ".SH DESCRIPTION",
            ".SH COMMANDS",
            ".SH OPTIONS",
            ".SH EXIT STATUS",
            ".SH FILES",
            ".SH EXAMPLES",
            ".SH SEE ALSO");
  }

  @Test
  void everyCommandIsToldOfWithItsUsageOptionsAndExamples() {
    for (Subcommand command : Commands.ALL) {
      assertThat(page).contains("\\fBreconcile\\fP " + escaped(command.usage()) + "\n");
      assertThat(page).contains(".B " + command.name() + "\n");
      assertThat(command.allOptions())
          .allSatisfy(option -> assertThat(page).contains(escaped("--" + option.name())))
          .allSatisfy(option -> assertThat(page).contains(escaped(option.help())));
      assertThat(command.examples())
          .isNotEmpty()
          .allSatisfy(example -> assertThat(page).contains(escaped(example) + "\n"));
    }
  }

  @Test
  void anOptionIsReferredToOnlyIfItIsDescribedAbove() {
    for (Subcommand command : Commands.ALL) {
      for (Option option : command.options()) {
        String above = page.substring(0, page.indexOf(".SS " + command.name() + "\n"));
        boolean isTold = section(command.name()).contains(escaped(option.help()));
        assertThat(isTold || above.contains(escaped(option.help()))).isTrue();
      }
    }
    assertThat(section("doctor"))
        .contains("As above: \\-\\-json, \\-\\-config.")
        .doesNotContain("root");
    assertThat(section("validate")).contains("As above: \\-\\-path.");
  }

  private String section(String name) {
    String rest = page.substring(page.indexOf(".SS " + name + "\n"));
    return rest.substring(0, rest.indexOf("\n.S", 1));
  }

  private static String escaped(String text) {
    return text.replace("-", "\\-").replace("'", "\\(aq").replace("^", "\\(ha");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_KNOWN")
  void everyExitCodeIsToldOf(ExitCode code) {
    assertThat(code.meaning()).isNotEmpty();
    assertThat(page).contains(".TP\n.B " + code.number() + "\n" + escaped(code.meaning()) + "\n");
  }

  @Test
  void noLineOfTextIsTakenForARequest() {
    assertThat(page.lines().filter(line -> line.matches("['.].*")))
        .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|IP|PP|B|I|BR|IR|EX|EE|nf|fi)( .*)?"));
    assertThat(page).matches("[\\x20-\\x7e\\n]*");
  }
}
