// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of an address a message shows. */
final class DiagnosticTest {
  @ParameterizedTest
  @CsvSource({
    "'https://ann:s3cret@example.com/x, and more', 'https://***@example.com/x, and more'",
    "git+https://s3cret@example.com/x, git+https://***@example.com/x",
    "'\"HTTP://a:s3cret@h/x\" is not', '\"HTTP://***@h/x\" is not'",
    "https://a:s3@cret@h/x, https://***@h/x",
    "ssh://git:s3cret@h/x, ssh://***@h/x",
    "ssh://git@h/x, ssh://git@h/x",
    "git@h:x, git@h:x",
    "https://h/x@1, https://h/x@1",
    "'{url: https://h, who: a@b}', '{url: https://h, who: a@b}'",
    "https://a:s3cret@h https://b:s3cret@i, https://***@h https://***@i",
  })
  void passwordsOfAddressesAreNotShown(String text, String shown) {
    assertThat(Diagnostic.error("Summary", text).detail()).isEqualTo(shown);
  }
}
