// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** The comparison of two directory trees; Python's bytecode is ignored. */
final class TreeComparison {
  private TreeComparison() {}

  /**
   * Reports whether both have the same names, each with the same content, target, owner and mode.
   */
  static boolean same(Path first, Path second) throws IOException {
    SortedMap<String, Path> left = children(first);
    SortedMap<String, Path> right = children(second);
    if (!left.keySet().equals(right.keySet())) {
      return false;
    }
    for (String name : left.keySet()) {
      if (!sameEntry(first.resolve(name), second.resolve(name))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameEntry(Path first, Path second) throws IOException {
    Stat left = FileStamp.of(first).orElseThrow(() -> new IOException(first + " has gone")).stat();
    Stat right =
        FileStamp.of(second).orElseThrow(() -> new IOException(second + " has gone")).stat();
    boolean alike =
        left.type() == right.type()
            && left.mode() == right.mode()
            && left.uid() == right.uid()
            && left.gid() == right.gid();
    return alike
        && switch (left.type()) {
          case DIRECTORY -> same(first, second);
          case FILE -> left.size() == right.size() && Files.mismatch(first, second) < 0;
          case LINK -> Files.readSymbolicLink(first).equals(Files.readSymbolicLink(second));
          case SOCKET, OTHER -> false;
        };
  }

  private static SortedMap<String, Path> children(Path folder) throws IOException {
    SortedMap<String, Path> children = new TreeMap<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        children.put(String.valueOf(entry.getFileName()), entry);
      }
    }
    children.remove("__pycache__");
    return children;
  }
}
