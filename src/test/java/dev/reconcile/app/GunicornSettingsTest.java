// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GunicornSettingsTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "timeout, 30, --timeout 30",
        "max_requests, 5, --max-requests 5",
        "keepalive, 5, --keep-alive 5",
        "preload_app, true, --preload",
        "preload_app, false, ||",
        "reload, true, --reload",
        "sendfile, true, ||",
        "sendfile, false, --no-sendfile",
        "proc_name, two words, --name 'two words'",
        "loglevel, debug, --log-level debug",
        "access_log_format, %(h)s, --access-logformat '%(h)s'",
        "access_log_format, -%(h)s, '--access-logformat=-%(h)s'",
        "proc_name, - -, '--name=- -'",
        "proc_name, -x, --name=-x",
        "reload_extra_files, a.txt, --reload-extra-file a.txt",
      })
  void settingsBecomeOptions(String setting, String value, String words) {
    assertThat(GunicornSettings.words(setting, value)).isEqualTo(words);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "plain, plain", "/a/b-c_d.e:1, /a/b-c_d.e:1", "||, ''", "a b, 'a b'", "a;b, 'a;b'",
        "$x, '$x'", "a\\b, 'a\\b'", "a\"b, 'a\"b'", "it's, 'it'\"'\"'s'", "é, 'é'",
      })
  void aValueIsOneWordOfAShell(String value, String word) {
    assertThat(GunicornSettings.shellWord(value)).isEqualTo(word);
  }

  @Test
  void eachValueOfAListHasTheFlag() {
    assertThat(GunicornSettings.words("dirty_apps", "a:b\nc d"))
        .isEqualTo("--dirty-app a:b --dirty-app 'c d'");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "a b, \"a b\"",
        "a\"b, \"a\\\"b\"",
        "$a, \"\\$a\"",
        "a\\, \"a\\\\\"",
        "`a`, \"\\`a\\`\"",
        "%i 'x', \"%i 'x'\"",
        "||, \"\"",
      })
  void valuesAreQuotedForAnEnvironmentFile(String value, String quoted) {
    assertThat(AppSettings.quoted(value)).isEqualTo(quoted);
  }
}
