// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values are those that systemd 252 shows for units with these names. */
final class SpecifiersTest {
  private static final String ALL = "%N %p %P %i %I %j %J %f";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        """
        my-web\\x2dapp@my-shop.service | my-web\\x2dapp@my-shop my-web\\x2dapp my/web-app my-shop \
        my/shop web\\x2dapp web-app /my/shop\
        """,
        "gunicorn@my\\x2dshop.service | gunicorn@my\\x2dshop gunicorn gunicorn my\\x2dshop my-shop"
            + " gunicorn gunicorn /my-shop",
        "gunicorn@a\\xc3\\xa9.b\\x25.service | gunicorn@a\\xc3\\xa9.b\\x25 gunicorn gunicorn"
            + " a\\xc3\\xa9.b\\x25 aé.b% gunicorn gunicorn /aé.b%",
        "gunicorn@-.service | gunicorn@- gunicorn gunicorn - / gunicorn gunicorn /",
        "gunicorn@-a.service | gunicorn@-a gunicorn gunicorn -a /a gunicorn gunicorn %f",
        "gunicorn@A\\x2D.service | gunicorn@A\\x2D gunicorn gunicorn A\\x2D A- gunicorn gunicorn"
            + " /A-",
        "gunicorn@a\\x2.service | gunicorn@a\\x2 gunicorn gunicorn a\\x2 %I gunicorn gunicorn %f",
        "gunicorn@x@y.service | gunicorn@x@y gunicorn gunicorn x@y x@y gunicorn gunicorn /x@y",
        "my-shop.service | my-shop my-shop my/shop   shop shop /my/shop",
        "a.b.socket | a.b a.b a.b   a.b a.b /a.b"
      })
  void namesAreSplitAndUnescaped(String unit, String meant) {
    Specifiers specifiers = Specifiers.ofName(unit);
    assertThat(specifiers.expanded(ALL)).isEqualTo(meant);
    assertThat(specifiers.expanded("%n")).isEqualTo(unit);
  }

  @Test
  void percentAndUnknownLettersStay() {
    Specifiers specifiers = Specifiers.ofName("gunicorn@a\\x25.service");
    assertThat(specifiers.expanded("%% %%i %= %b a%")).isEqualTo("% %i %= %b a%");
    assertThat(specifiers.rewritten("%% %%i %I %b %H a%")).isEqualTo("%% %%i a%% %b %H a%");
  }

  @Test
  void valuesOfTheSystemsServiceManager() {
    assertThat(
            Specifiers.of("a.service", "web1.example").expanded("%u %g %U %G %h %t %T %V %S %C %L"))
        .isEqualTo("root root 0 0 /root /run /tmp /var/tmp /var/lib /var/cache /var/log");
    assertThat(Specifiers.of("a.service", "web1.example").expanded("%E %H %l"))
        .isEqualTo("/etc web1.example web1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "100%", "%%b", "%i %%", "%f/%t", "%H"})
  void knownTexts(String text) {
    assertThat(Specifiers.of("a@b.service", "h").know(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%b", "%%%b", "%I"})
  void unknownTexts(String text) {
    assertThat(Specifiers.of("a@b\\x.service", "h").know(text)).isFalse();
  }
}
