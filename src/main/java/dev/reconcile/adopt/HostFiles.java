// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.Optional;

/** A reader of the host's files. */
@FunctionalInterface
public interface HostFiles {
  /**
   * Returns the text of the regular file at a path; empty if it does not exist or cannot be read.
   */
  Optional<String> of(String path);
}
