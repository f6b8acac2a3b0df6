// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything below a directory, so that a change of anything is seen: names, times, bytes. */
final class Snapshot {
  private Snapshot() {}

  static SortedMap<String, String> of(Path directory) throws IOException {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.toList()) {
        String content =
            Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                ? Base64.getEncoder().encodeToString(Files.readAllBytes(path))
                : "";
        String time = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toString();
        files.put(directory.relativize(path).toString(), time + " " + content);
      }
    }
    return files;
  }
}
