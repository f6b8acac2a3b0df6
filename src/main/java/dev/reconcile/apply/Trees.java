package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Step.TreeRef;
import java.nio.file.Path;

/** Writes trees of repositories to disk. */
public interface Trees {
  /**
   * Writes a tree into an empty directory.
   *
   * @throws HostException if the tree cannot be had or is unsafe to write
   */
  void export(TreeRef tree, Path directory) throws HostException;
}
