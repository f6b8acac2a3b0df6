// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class NetworkSettingsTest {
  private static final NetworkSettings CALLERS =
      NetworkSettings.of(
          Map.of(
              "HTTPS_PROXY", "http://upper.test:1",
              "https_proxy", "http://ann:pa55w0rd!@lower.test:2",
              "NO_PROXY", "a.test,b.test",
              "http_proxy", "",
              "SSL_CERT_FILE", "/etc/ca.pem",
              "PIP_INDEX_URL", "http://nowhere.test",
              "HOME", "/root"));

  @Test
  void onlyWhatLeadsToServersIsTaken() {
    assertThat(CALLERS.variables())
        .containsOnly(
            Map.entry("https_proxy", "http://ann:pa55w0rd!@lower.test:2"),
            Map.entry("no_proxy", "a.test,b.test"),
            Map.entry("SSL_CERT_FILE", "/etc/ca.pem"));
  }

  @Test
  void programsGetProxiesInBothSpellings() {
    assertThat(CALLERS.forPrograms())
        .containsEntry("HTTPS_PROXY", "http://ann:pa55w0rd!@lower.test:2")
        .containsEntry("NO_PROXY", "a.test,b.test")
        .doesNotContainKeys("HTTP_PROXY", "SSL_CERT_DIR");
  }

  @Test
  void oneSettingIsReplacedOrTakenAwayAlone() {
    NetworkSettings changed =
        CALLERS.with("https_proxy", "").with("http_proxy", "h:3").trusting("/own.pem");

    assertThat(changed.variables())
        .containsEntry("http_proxy", "h:3")
        .containsEntry("no_proxy", "a.test,b.test")
        .doesNotContainKey("https_proxy")
        .containsEntry("PIP_CERT", "/own.pem");
    assertThat(changed.authorities()).contains("/own.pem");
  }

  @Test
  void noTextShowsAPassword() {
    assertThat(CALLERS.masked("at http://ann:pa55w0rd!@lower.test:2, or 'pa55w0rd!' alone"))
        .isEqualTo("at http://***@lower.test:2, or '***' alone");
    assertThat(CALLERS.toString()).doesNotContain("pa55w0rd!");
  }

  @Test
  void shortPasswordIsNotCutOutOfOtherWords() {
    NetworkSettings settings = NetworkSettings.NONE.with("http_proxy", "http://ann:a@h:1");

    assertThat(settings.masked("an apple at ann:a@h")).isEqualTo("an apple at ***@h");
  }
}
