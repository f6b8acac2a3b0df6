// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PrintableTextTest {
  @Test
  void namesAreListedAlikeHoweverTheyWereGiven() {
    String one = PrintableText.nearest(List.of("main", "feature/x", "v1.0"), "wanted");

    assertThat(PrintableText.nearest(List.of("v1.0", "main", "feature/x"), "wanted"))
        .isEqualTo(one);
    assertThat(PrintableText.nearest(List.of("b", "c", "a"), "x")).isEqualTo("a, b, c");
  }
}
