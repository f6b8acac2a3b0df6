// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import java.util.List;

/** The key {@code satisfy}: whether a visitor needs an allowed address and a password, or one. */
final class SatisfyKey implements PartKey {
  static final Key<String> KEY =
      Key.choice(
              "satisfy",
              List.of("any", "all"),
              "all",
              "whether an allowed address or a password is enough, or both are needed")
          .more("It is for a site with `auth` and `allow`.")
          .example("any");

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void add(Part part, PartLines lines) {
    lines.line("satisfy " + part.get(KEY) + ";");
  }
}
