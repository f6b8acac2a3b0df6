package dev.reconcile.source;

import java.util.List;

/**
 * How much a folder of a commit is, known without writing it.
 *
 * @param files how many files, folders and links it has
 * @param bytes what it takes of a disk with blocks of 4 KiB, large files included
 * @param large its files that Git LFS keeps
 */
public record TreeContents(int files, long bytes, List<LfsFile> large) {
  public TreeContents {
    large = List.copyOf(large);
  }
}
