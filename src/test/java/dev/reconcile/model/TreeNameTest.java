// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Names of trees: what an app without anything else has keeps its name. */
final class TreeNameTest {
  private static final String REVISION = "8575cd6f3d0eb3ab1e4a04a0c8a1fd1a0c9f7c11";

  @Test
  void aRevisionAloneIsItsOwnName() {
    assertThat(TreeName.of(REVISION, List.of("", "")).text()).isEqualTo(REVISION);
    assertThat(TreeName.ofPath("/store/" + REVISION)).isEqualTo(new TreeName(REVISION, ""));
  }

  @Test
  void whatElseDeterminesTheContentIsPartOfTheName() {
    TreeName one = TreeName.of(REVISION, List.of("data a"));
    TreeName other = TreeName.of(REVISION, List.of("data b"));

    assertThat(one.text()).startsWith(REVISION + ".").isNotEqualTo(other.text());
    assertThat(TreeName.ofPath("/store/" + one.text())).isEqualTo(one);
    assertThat(TreeName.ofPath("/store/" + one.text()).revision()).isEqualTo(REVISION);
  }
}
