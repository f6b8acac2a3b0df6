// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import org.junit.jupiter.api.Test;

final class AppFaultsTest {
  private static final Origin FIRST = new Origin("apps/shop.yaml", 3, 1, "user: nobody-here");
  private static final Origin OTHER = new Origin("apps/shop.yaml", 4, 11, "secrets: {A: /a}");

  private final AppFaults faults = new AppFaults();

  @Test
  void allFaultsOfAnAppAreOneDiagnosticAtThePlaceOfTheFirst() {
    faults.add("shop", Diagnostic.error(FIRST, "No such user", "Make it."));
    faults.add("shop", Diagnostic.error(OTHER, "A secret's file is missing", "Write /a."));
    faults.add("shop", Diagnostic.error(OTHER, "A secret's file is missing", "Write /b."));
    faults.add("quiet", Diagnostic.error("No such user", "Make it."));

    assertThat(faults.all()).containsOnlyKeys("quiet", "shop");
    assertThat(faults.all().get("quiet")).isEqualTo(Diagnostic.error("No such user", "Make it."));
    assertThat(faults.all().get("shop"))
        .isEqualTo(
            Diagnostic.error(
                FIRST,
                "No such user",
                """
                Make it.
                A secret's file is missing (apps/shop.yaml line 4, column 11): Write /a.
                A secret's file is missing (apps/shop.yaml line 4, column 11): Write /b.\
                """));
  }

  @Test
  void faultsOfOneKindRepeatNoSummary() {
    faults.add("shop", Diagnostic.error(FIRST, "A certificate is missing", "No /a.pem."));
    faults.add("shop", Diagnostic.error(FIRST, "A certificate is missing", "No /a.key."));

    assertThat(faults.all().get("shop").detail()).isEqualTo("No /a.pem.\nNo /a.key.");
  }

  @Test
  void whatIsKnownIsSaidOnce() {
    Diagnostic link = Diagnostic.error(FIRST, "The host cannot be looked at", "A link.");
    faults.add("shop", link);
    faults.add("shop", link);

    assertThat(faults.all().get("shop")).isEqualTo(link);
  }
}
