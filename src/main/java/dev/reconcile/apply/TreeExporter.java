package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Step.TreeRef;
import java.nio.file.Path;

/** Writes trees of repositories to disk. */
public interface TreeExporter {
  /**
   * Writes a tree into an empty directory.
   *
   * @throws StepFailure if the tree cannot be had, or must not be written
   * @throws HostException if the host does not take it
   */
  void export(TreeRef tree, Path directory) throws HostException, StepFailure;
}
