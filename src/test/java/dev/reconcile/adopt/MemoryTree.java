// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.desired.FileTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A tree in memory: path to content. */
record MemoryTree(SortedMap<String, String> files) implements FileTree {
  @Override
  public Optional<byte[]> read(String path, int limit) {
    return Optional.ofNullable(files.get(path)).map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public List<String> list(String folder) {
    return new TreeMap<>(files)
        .keySet().stream()
            .filter(path -> folder.isEmpty() || path.startsWith(folder + "/"))
            .map(path -> path.substring(folder.isEmpty() ? 0 : folder.length() + 1))
            .filter(path -> !path.contains("/"))
            .toList();
  }

  @Override
  public boolean hasFolder(String folder) {
    return files.keySet().stream().anyMatch(path -> path.startsWith(folder + "/"));
  }
}
