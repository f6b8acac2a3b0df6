package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether two folders hold the same; what python leaves by itself does not count. */
final class TreeComparison {
  private TreeComparison() {}

  /** The same names, and below each the same content, target, owner and mode. */
  static boolean same(Path one, Path other) throws IOException {
    SortedMap<String, Path> left = children(one);
    SortedMap<String, Path> right = children(other);
    if (!left.keySet().equals(right.keySet())) {
      return false;
    }
    for (String name : left.keySet()) {
      if (!sameEntry(one.resolve(name), other.resolve(name))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameEntry(Path one, Path other) throws IOException {
    Stat left = FileStamp.of(one).orElseThrow(() -> new IOException(one + " has gone")).stat();
    Stat right = FileStamp.of(other).orElseThrow(() -> new IOException(other + " has gone")).stat();
    boolean alike =
        left.type() == right.type()
            && left.mode() == right.mode()
            && left.uid() == right.uid()
            && left.gid() == right.gid();
    return alike
        && switch (left.type()) {
          case DIRECTORY -> same(one, other);
          case FILE -> left.size() == right.size() && Files.mismatch(one, other) < 0;
          case LINK -> Files.readSymbolicLink(one).equals(Files.readSymbolicLink(other));
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
