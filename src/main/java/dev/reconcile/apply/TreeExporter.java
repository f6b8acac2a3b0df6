// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Step.TreeRef;
import java.nio.file.Path;

/** An exporter of repository trees to disk. */
public interface TreeExporter {
  /**
   * Writes a tree into an empty directory.
   *
   * @throws StepException if the tree is unavailable, or must not be written
   * @throws HostException if the tree cannot be written on the host
   */
  void export(TreeRef tree, Path directory) throws HostException, StepException;
}
