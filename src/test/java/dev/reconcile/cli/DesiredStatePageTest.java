// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.AppSection;
import dev.reconcile.desired.HostSection;
import dev.reconcile.model.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * docs/desired-state.md against the keys it is made from. With {@code -Dupdate=true} the page is
 * written instead of compared.
 */
final class DesiredStatePageTest {
  private static final Path PAGE = Path.of("docs/desired-state.md");

  @Test
  void thePageIsMadeFromTheKeys() throws IOException {
    String text = DesiredStatePage.text();
    if (Boolean.getBoolean("update")) {
      Files.writeString(PAGE, text);
    }

    assertThat(PAGE).hasContent(text);
  }

  @Test
  void everyKeyHasASentenceAndEverySectionItsRows() {
    String text = DesiredStatePage.text();

    for (Schema.Fields fields : new Schema.Fields[] {AppSection.SCHEMA, HostSection.HOST}) {
      fields
          .fields()
          .forEach((key, field) -> {
            assertThat(field.doc()).as(key).isNotBlank();
            assertThat(text).contains("| `" + key + "` | ");
          });
    }
    assertThat(text).contains("| `site.tls.acme.email` | email |", "| `gunicorn.workers` |");
  }
}
