// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nginx reads, from files in memory. */
final class ResolvedConfigTest {
  private static final String MAIN = "/etc/nginx/nginx.conf";
  private static final String LINK = "/etc/nginx/sites-enabled/shop";

  /** Files by path. */
  private record Files(Map<String, String> files)
      implements ResolvedConfig.Source<RuntimeException> {
    @Override
    public Optional<String> text(String path) {
      return Optional.ofNullable(files.get(path));
    }

    @Override
    public List<String> names(String folder) {
      return files.keySet().stream()
          .filter(path -> path.startsWith(folder + "/"))
          .map(path -> path.substring(folder.length() + 1).replaceFirst("/.*", ""))
          .distinct()
          .sorted()
          .toList();
    }
  }

  static ResolvedConfig of(String... pathsAndTexts) {
    Map<String, String> files = new TreeMap<>();
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      files.put(pathsAndTexts[i], pathsAndTexts[i + 1]);
    }
    return ResolvedConfig.read(MAIN, new Files(files));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "http { include /etc/nginx/sites-enabled/*; }@ true",
        "http { include sites-enabled/*; }@ true",
        "http { include sites-enabled/shop; }@ true",
        "http { include \"/etc/nginx/sites-enabled/*\"; }@ true",
        "http { include /etc/nginx/sites-*/*; }@ true",
        "http { include /etc/nginx/sites-enabled/[a-z]*; }@ true",
        "http { include /etc/nginx/sites-enabled/[!a]hop; }@ true",
        "http { include /etc/nginx/sites-enabled/s?op; }@ true",
        "http { include conf.d/more.conf; }@ true",
        "include conf.d/http.conf;@ true",
        "http { include /etc/nginx/sites-enabled/*.conf; }@ false",
        "http { include /etc/nginx/sites-enabled/[!s]*; }@ false",
        "http { include /etc/nginx/sites-enabled/.*; }@ false",
        "http { include /etc/nginx/*; }@ false",
        "http { } # include /etc/nginx/sites-enabled/*; @ false",
        "http { server { include /etc/nginx/sites-enabled/*; } }@ false",
        "stream { include /etc/nginx/sites-enabled/*; }@ false",
        "include /etc/nginx/sites-enabled/*;@ false",
        "events {}@ false",
      })
  void whichFilesAreBrought(String text, boolean brought) {
    ResolvedConfig configuration =
        of(
            MAIN,
            text,
            "/etc/nginx/conf.d/more.conf",
            "include /etc/nginx/sites-enabled/*;",
            "/etc/nginx/conf.d/http.conf",
            "http { include sites-enabled/*; }",
            LINK,
            "server { }");
    assertThat(configuration.brings(LINK)).isEqualTo(brought);
  }

  @Test
  void filesAreReadInTheOrderOfTheirNames() {
    ResolvedConfig configuration =
        of(
            MAIN,
            "http { include a/*; include b.conf; }",
            "/etc/nginx/a/b~",
            "server { server_name 3; }",
            "/etc/nginx/a/#b#",
            "server { server_name 1; }",
            "/etc/nginx/a/B",
            "server { server_name 2; }",
            "/etc/nginx/a/.hidden",
            "server { server_name 0; }",
            "/etc/nginx/b.conf",
            "server { server_name 4; }");
    assertThat(Servers.of(configuration).all())
        .extracting(server -> server.names().getFirst())
        .containsExactly("1", "2", "3", "4");
  }

  @Test
  void whatCannotBeReadIsTold() {
    assertThat(of().problem()).isPresent();
    assertThat(of(MAIN, "http { include none.conf; }").problem().orElseThrow().what())
        .isEqualTo("/etc/nginx/none.conf is not there");
    assertThat(of(MAIN, "http { include none/*.conf; }").problem()).isEmpty();
    assertThat(of(MAIN, "http { include nginx.conf; }").problem().orElseThrow().what())
        .isEqualTo("includes that include each other");
    assertThat(of(MAIN, "http { include a; }", "/etc/nginx/a", "}").problem()).isPresent();
  }

  @Test
  void outsideOfBlocksNothingElseIsRead() {
    ResolvedConfig main =
        ResolvedConfig.readMain(
            MAIN,
            new Files(
                Map.of(
                    MAIN,
                    "include who; http { include none; include sites/*; }",
                    "/etc/nginx/who",
                    "user web;",
                    "/etc/nginx/sites/a",
                    "server {}")));
    assertThat(main.files()).containsExactly(MAIN, "/etc/nginx/who");
    assertThat(main.main().map(Directive::name)).containsExactly("user", "http");
    assertThat(main.problem()).isEmpty();
  }
}
