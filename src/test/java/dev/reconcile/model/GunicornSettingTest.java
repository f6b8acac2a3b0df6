// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GunicornSettingTest {
  private static final Pattern NAME = Pattern.compile("`([a-z_0-9]+)`");

  @Test
  void theManualTellsOfEachSettingOnceAndRightly() throws IOException {
    String manual = Files.readString(Path.of("docs/gunicorn.md"));
    int options = manual.indexOf("## Options");
    int refused = manual.indexOf("## Settings that are no options");
    int end = manual.indexOf("## The app's own settings file");
    List<String> all = names(manual.substring(options, refused));
    assertThat(all)
        .doesNotHaveDuplicates()
        .allMatch(name -> GunicornSetting.byName().get(name).isOption(), "is an option");
    List<String> others = names(manual.substring(refused, end));
    assertThat(others)
        .doesNotHaveDuplicates()
        .noneMatch(name -> GunicornSetting.byName().get(name).isOption());
    all.addAll(others);
    assertThat(all).hasSameElementsAs(GunicornSetting.byName().keySet());
  }

  private static List<String> names(String section) {
    List<String> names = new ArrayList<>();
    for (String row : section.lines().filter(line -> line.startsWith("| `")).toList()) {
      String first = row.split("\\|", -1)[1];
      names.addAll(
          NAME.matcher(first).results().map((MatchResult found) -> found.group(1)).toList());
    }
    return names;
  }

  @Test
  void eachThatIsNoOptionSaysWhatToDo() {
    assertThat(GunicornSetting.byName().values())
        .allSatisfy(one -> {
          assertThat(one.isOption()).isEqualTo(!one.flag().isEmpty());
          assertThat(one.isOption() || one.refusal().endsWith(".")).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "timeout, timeout",
    "log_level, loglevel",
    "access_logformat, access_log_format",
    "limit_request_field_size, limit_request_field_size",
    "name, proc_name",
    "preload, preload_app",
    "no_sendfile, sendfile",
    "no_control_socket, control_socket_disable",
    "env, raw_env",
    "pid, pidfile",
    "access_logfile, accesslog",
    "log_file, errorlog",
    "paster, paste",
    "proxy_allow_from, proxy_allow_ips",
  })
  void aFlagsNameIsItsSetting(String word, String setting) {
    assertThat(GunicornSetting.of(word))
        .hasValueSatisfying(one -> assertThat(one.name()).isEqualTo(setting));
  }

  @ParameterizedTest
  @CsvSource({"timout", "daem", "x", "log", "''"})
  void anyOtherWordIsNone(String word) {
    assertThat(GunicornSetting.of(word)).isEmpty();
  }
}
