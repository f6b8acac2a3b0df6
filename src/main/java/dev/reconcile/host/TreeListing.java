// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.List;

/**
 * The listing of an unmanaged directory.
 *
 * @param digest a digest that changes with the listed files
 * @param paths the paths of the listed files and links, relative to the directory
 */
public record TreeListing(String digest, List<String> paths) {
  public TreeListing {
    paths = List.copyOf(paths);
  }
}
