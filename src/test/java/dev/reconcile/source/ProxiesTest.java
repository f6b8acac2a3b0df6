// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.model.NetworkSettings;
import java.net.Proxy;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProxiesTest {
  private static Proxy way(NetworkSettings settings, String address) throws SourceException {
    return Proxies.of(settings).select(URI.create(address)).getFirst();
  }

  private static NetworkSettings https(String proxy) {
    return NetworkSettings.NONE.with("https_proxy", proxy);
  }

  @ParameterizedTest
  @CsvSource({
    "http://proxy.test:3128, HTTP @ proxy.test/<unresolved>:3128",
    "proxy.test:3128, HTTP @ proxy.test/<unresolved>:3128",
    "http://ann:x@proxy.test, HTTP @ proxy.test/<unresolved>:1080",
    "proxy.test:0000000000000003128, HTTP @ proxy.test/<unresolved>:3128",
    "http://[::1]:8/, HTTP @ 0:0:0:0:0:0:0:1/<unresolved>:8",
    "socks5h://proxy.test:1, SOCKS @ proxy.test/<unresolved>:1",
  })
  void addressesAreReadAsCurlReadsThem(String text, String proxy) throws SourceException {
    assertThat(way(https(text), "https://git.test/").toString().replace("::1", "0:0:0:0:0:0:0:1"))
        .isEqualTo(proxy);
  }

  @Test
  void eachSchemeHasItsOwnProxyAndElseThatOfAll() throws SourceException {
    NetworkSettings settings = https("one.test:1").with("all_proxy", "socks5://all.test:2");

    assertThat(way(settings, "https://git.test/").toString()).contains("one.test");
    assertThat(way(settings, "http://git.test/").toString()).contains("all.test");
    assertThat(way(settings, "socket://git.test:80")).isEqualTo(Proxy.NO_PROXY);
  }

  @ParameterizedTest
  @CsvSource({
    "git.test, git.test, true",
    "'other.test, git.test', git.test, true",
    "test, git.test, true",
    ".test, git.test, true",
    "*.test, git.test, true",
    "git.test:8443, git.test, true",
    "GIT.Test, git.test, true",
    "*, git.test, true",
    "it.test, git.test, false",
    "git.test, legit.git.test.example, false",
    "'', git.test, false",
    "10.0.0.0/8, 10.1.2.3, true",
    "10.0.0.0/8, 11.1.2.3, false",
    "10.1.2.3/32, 10.1.2.3, true",
    "0.0.0.0/0, 192.0.2.1, true",
    "10.0.0.0/8, git.test, false",
  })
  void serversAreAskedDirectlyAsNoProxySays(String direct, String host, boolean isDirect)
      throws SourceException {
    NetworkSettings settings = https("proxy.test:1").with("no_proxy", direct);

    assertThat(way(settings, "https://" + host + "/x.git").equals(Proxy.NO_PROXY))
        .isEqualTo(isDirect);
  }

  @Test
  void wayIsToldWithAllThatAnotherProgramNeedsAndNoPasswordIsShown() throws SourceException {
    NetworkSettings settings = https("ann:secret@proxy.test:3128").with("no_proxy", "own.test");

    assertThat(WebAccess.way(settings, URI.create("https://own.test/"))).isEmpty();
    assertThat(WebAccess.way(settings, URI.create("https://git.test/")))
        .hasValueSatisfying(way -> {
          assertThat(way.address()).isEqualTo("http://ann:secret@proxy.test:3128");
          assertThat(way.host()).isEqualTo("proxy.test");
          assertThat(way.toString()).doesNotContain("secret");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "http://ann:secret@proxy.test:0, between 1 and 65535",
    "http://ann:secret@proxy.test:65536, between 1 and 65535",
    "http://ann:secret@proxy.test:3128312831283128, between 1 and 65535",
    "http://ann:secret%@proxy.test:3128, written as %25",
  })
  void addressesThatCannotBeMeantAreNamedWithoutTheirPassword(String proxy, String why) {
    assertThatThrownBy(() -> Proxies.of(https(proxy)))
        .isInstanceOfSatisfying(
            SourceException.class,
            e -> {
              assertThat(e.message()).isEqualTo("Unusable proxy");
              assertThat(e.detail()).contains("https_proxy", why).doesNotContain("secret");
            });
  }

  @Test
  void kindThatJavaCannotTalkToIsNamedWithoutItsPassword() {
    assertThatThrownBy(() -> Proxies.of(https("https://ann:secret@proxy.test:1")))
        .isInstanceOfSatisfying(
            SourceException.class,
            e ->
                assertThat(e.detail())
                    .contains("https_proxy", "https-proxy", "https://")
                    .doesNotContain("secret"));
  }
}
