// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.util.List;

/**
 * The size of a folder of a commit, computed without writing it.
 *
 * @param files number of files, folders and links
 * @param bytes its size on a disk with blocks of 4 KiB, including large files
 * @param large its files that Git LFS stores
 */
public record TreeContents(int files, long bytes, List<LfsFile> large) {
  public TreeContents {
    large = List.copyOf(large);
  }
}
