// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refusal is followed by a wait, each longer than the one before, up to a day. */
class CertificateBackoffTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:20:30Z");

  @TempDir Path root;

  private static CertificateBackoff after(int refusals) {
    Optional<CertificateBackoff> last = Optional.empty();
    for (int i = 0; i < refusals; i++) {
      last = Optional.of(CertificateBackoff.after(last, "order", NOW));
    }
    return last.orElseThrow();
  }

  @Test
  void waitsGrowToADay() {
    List<Duration> waits = new ArrayList<>();
    for (int i = 1; i < 12; i++) {
      waits.add(Duration.between(NOW, after(i).next()));
    }
    assertThat(waits)
        .startsWith(Duration.ofMinutes(15), Duration.ofMinutes(30), Duration.ofHours(1))
        .isSorted()
        .endsWith(Duration.ofHours(24));
    assertThat(after(500).next()).isEqualTo(NOW.plus(Duration.ofHours(24)));
  }

  @Test
  void noFiveRefusalsFallIntoAnHour() {
    Instant first = NOW;
    Instant fifth = NOW;
    Optional<CertificateBackoff> last = Optional.empty();
    for (int i = 0; i < 4; i++) {
      last = Optional.of(CertificateBackoff.after(last, "order", fifth));
      fifth = last.get().next();
    }
    assertThat(Duration.between(first, fifth)).isGreaterThan(Duration.ofHours(1));
  }

  @Test
  void anotherOrderBeginsAnew() {
    assertThat(CertificateBackoff.after(Optional.of(after(5)), "other", NOW).count()).isEqualTo(1);
  }

  @Test
  void itIsRememberedAsItIs() throws Exception {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "run", List.of());
    assertThat(CertificateBackoff.of(host.facts(), "shop")).isEmpty();
    write(host, after(3).text());
    assertThat(CertificateBackoff.of(host.facts(), "shop")).contains(after(3));
    for (String other : List.of("", "order\n", "order\nmany\n" + NOW + "\n", "order\n1\nsoon\n")) {
      write(host, other);
      assertThat(CertificateBackoff.of(host.facts(), "shop")).as(other).isEmpty();
    }
  }

  private static void write(LocalHost host, String text) throws Exception {
    host.writeState(CertificateBackoff.path("shop"), Content.of(text), FileAttributes.root(0600));
  }
}
