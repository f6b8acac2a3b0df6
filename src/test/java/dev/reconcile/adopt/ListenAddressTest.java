// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a unit made by hand gives gunicorn as {@code --bind}. */
final class ListenAddressTest {
  @Test
  void theLastNumberIsThePort() {
    assertThat(ListenAddress.port(ListenAddress.ofBind("127.0.0.1:8001", "/"))).hasValue(8001);
    assertThat(ListenAddress.port(ListenAddress.ofBind("tcp://[::1]:8001", "/"))).hasValue(8001);
    assertThat(ListenAddress.port(ListenAddress.ofBind("0.0.0.0", "/"))).hasValue(8000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tcp:80808080808", "tcp:", "tcp:$PORT", "127.0.0.1:80808080808", "unix:x"})
  void anythingElseHasNone(String bind) {
    assertThat(ListenAddress.port(ListenAddress.ofBind(bind, "/"))).isEmpty();
  }
}
