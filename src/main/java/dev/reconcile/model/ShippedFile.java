// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A text file in the program's jar.
 *
 * @param path its absolute path in the jar, such as {@code /templates/site.conf}
 */
public record ShippedFile(String path) {

  /** Reads the file; empty if the jar has no such file. */
  public Optional<String> find() {
    try (InputStream in = ShippedFile.class.getResourceAsStream(path)) {
      return in == null
          ? Optional.empty()
          : Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be read from the jar", e);
    }
  }

  /** Reads a file that the jar must have. */
  public String text() {
    return find().orElseThrow(() -> new IllegalStateException("the jar lacks " + path));
  }
}
