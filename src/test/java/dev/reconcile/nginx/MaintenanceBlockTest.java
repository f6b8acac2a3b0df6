// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines with which a site answers 503. */
final class MaintenanceBlockTest {
  private static final String SITE =
      """
      # server { of a comment }
      map $uri $x { default 1; }
      server # { the first
      {
          listen 80;
          return 301 https://$host$request_uri;
      }
      server {
          listen 443 ssl;
          location / { proxy_pass http://shop; }
      }
      """;

  @Test
  void eachServerAnswersSoAndTheRestStays() {
    String text = MaintenanceBlock.into(SITE, "Back soon").orElseThrow();
    List<Directive> all = NginxConfig.parse("", text).directives();
    assertThat(NginxConfig.parse("", text).mistake()).isEmpty();
    assertThat(all.stream().map(Directive::name)).containsExactly("map", "server", "server");
    for (Directive server : all.subList(1, 3)) {
      assertThat(server.block().stream().limit(3).map(Directive::name))
          .containsExactly("error_page", "if", "location");
    }
    assertThat(MaintenanceBlock.without(text)).isEqualTo(SITE);
    assertThat(MaintenanceBlock.without(SITE)).isEqualTo(SITE);
  }

  @Test
  void aMessageIsTextAndNoDirective() {
    String message = "it's \"5$\" <b>\\ & '; return 200";
    String text = MaintenanceBlock.into(SITE, message).orElseThrow();
    assertThat(text)
        .contains("it&#39;s &#34;5&#36;&#34; &#60;b&#62;&#92; &#38; &#39;; return 200</p>");
    assertThat(MaintenanceBlock.without(text)).isEqualTo(SITE);
  }

  @Test
  void theLongestMessageFitsIntoAWordOfNginx() {
    String text = MaintenanceBlock.into(SITE, "&".repeat(300)).orElseThrow();
    assertThat(text.lines().mapToInt(String::length).max().orElseThrow()).isLessThan(4096);
  }

  @Test
  void aTextWithoutAServerHasNoPlaceForThem() {
    assertThat(MaintenanceBlock.into("include /etc/nginx/other;\n", "m")).isEmpty();
    assertThat(MaintenanceBlock.into("", "m")).isEmpty();
  }
}
