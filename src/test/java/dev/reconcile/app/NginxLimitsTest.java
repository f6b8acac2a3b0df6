// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NginxLimitsTest {
  @ParameterizedTest
  @CsvSource({"30, ''", "60, ''", "61, 61s", "120, 120s", "0, 1d", "x, ''"})
  void nginxWaitsAsLongAsGunicorn(String timeout, String expected) {
    assertThat(new NginxLimits(Map.of("timeout", timeout), "").readTimeout()).isEqualTo(expected);
    assertThat(new NginxLimits(Map.of("timeout", timeout), "proxy_read_timeout 5s;").readTimeout())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "limit_request_field_size, 8190, ''",
    "limit_request_field_size, 16380, 4 16k",
    "limit_request_field_size, 0, 4 64k",
    "limit_request_field_size, 100000, 4 64k",
    "limit_request_line, 8190, ''",
    "limit_request_line, 12000, 4 12k",
    "timeout, 12000, ''"
  })
  void nginxTakesAHeadAsLargeAsGunicorn(String option, String value, String expected) {
    assertThat(new NginxLimits(Map.of(option, value), "").headerBuffers()).isEqualTo(expected);
    assertThat(
            new NginxLimits(Map.of(option, value), "large_client_header_buffers 2 1k;")
                .headerBuffers())
        .isEmpty();
  }
}
