// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.desired.FileTree;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Files in memory, so that no round costs a commit.
 *
 * @param files content by path
 */
record SpoiltTree(SortedMap<String, byte[]> files) implements FileTree {
  @Override
  public Optional<byte[]> read(String path, int limit) throws Unreadable {
    byte[] bytes = files.get(path);
    if (bytes != null && bytes.length > limit) {
      throw new Unreadable(path + " has more than " + limit + " bytes");
    }
    return Optional.ofNullable(bytes);
  }

  @Override
  public List<String> list(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    return files.keySet().stream()
        .filter(path -> path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0)
        .map(path -> path.substring(prefix.length()))
        .toList();
  }

  @Override
  public boolean hasFolder(String folder) {
    return files.keySet().stream().anyMatch(path -> path.startsWith(folder + "/"));
  }
}
