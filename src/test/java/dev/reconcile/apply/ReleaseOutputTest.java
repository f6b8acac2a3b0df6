// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ReleaseOutputTest {
  @Test
  void secretsAreMasked() {
    List<String> values = List.of("pass", "pass/word", "7", "", "ab");
    assertThat(ReleaseOutput.masked("user:pass/word@db pass, 7 of 77, ab cab, my passage", values))
        .isEqualTo("user:***@db ***, *** of 77, *** cab, my ***age");
  }
}
