package dev.reconcile.host;

import java.util.List;

/**
 * What a directory holds that nobody tells the versions of.
 *
 * @param digest another one means that something in it has changed
 * @param paths the files and links that count, relative to the directory
 */
public record TreeListing(String digest, List<String> paths) {
  public TreeListing {
    paths = List.copyOf(paths);
  }
}
