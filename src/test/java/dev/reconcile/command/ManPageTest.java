package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import org.apache.commons.cli.Option;
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

  @ParameterizedTest
  @EnumSource
  void allWordsOfTheHelpAreInOneOfItsParts(Invocation.Command command) {
    HelpText help = HelpText.of(command);
    String parts = help.usage() + help.paragraphs() + help.options() + help.examples();

    assertThat(Help.of(command).split("\\s+"))
        .filteredOn(word -> !word.matches("Usage:|Options:|Examples?:"))
        .allSatisfy(word -> assertThat(parts).contains(word));
    assertThat(help.paragraphs()).isNotEmpty();
    assertThat(help.examples()).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyOptionIsToldOf(Invocation.Command command) {
    assertThat(Invocation.options(command).getOptions())
        .extracting(Option::getLongOpt)
        .allSatisfy(name -> assertThat(page).contains(("--" + name).replace("-", "\\-")));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOT_KNOWN")
  void everyExitCodeIsToldOf(ExitCode code) {
    assertThat(page).contains(".TP\n.B " + code.number() + "\n");
  }

  @Test
  void noLineOfTextIsTakenForARequest() {
    assertThat(page.lines().filter(line -> line.matches("['.].*")))
        .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|IP|PP|B|I|BR|IR|EX|EE|nf|fi)( .*)?"));
    assertThat(page).matches("[\\x20-\\x7e\\n]*");
  }
}
