package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MainTest {
  @Test
  void classesOutsideAJarHaveNoVersion() {
    assertThat(Main.version()).isEqualTo("(not packaged)");
  }
}
