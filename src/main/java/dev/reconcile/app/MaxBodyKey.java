// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.model.TextFormat;

/** The key {@code client_max_body_size}: the largest request body that nginx accepts. */
final class MaxBodyKey implements PartKey {
  static final Key<String> KEY =
      Key.text("client_max_body_size", TextFormat.SIZE, "", "the largest request body")
          .otherwise(SiteSection.OF_NGINX)
          .example("20M");

  @Override
  public Key<?> key() {
    return KEY;
  }

  // "100" most likely means 100M: nginx reads it as bytes, and would reject every form.
  @Override
  public void check(Part part, Declarations mistakes) {
    String size = part.get(KEY);
    if (size.matches("[0-9]{1,3}") && Integer.parseInt(size) > 0) {
      mistakes.warning(
          part.keys().origin(KEY),
          "Size without unit",
          size + " is " + size + " bytes to nginx. Did you mean " + size + "M?");
    }
  }

  @Override
  public void add(Part part, PartLines lines) {
    if (!part.isSite()) { // the template of the site has it in its own place
      lines.line("client_max_body_size " + part.get(KEY) + ";");
    }
  }
}
