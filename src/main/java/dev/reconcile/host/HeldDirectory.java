// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory that stays the same one, whatever other users put in the place of it or of its
 * parents meanwhile: it is open, and its files have paths by its descriptor (proc_pid_fd(5)).
 */
final class HeldDirectory implements AutoCloseable {
  private final SystemCalls.OpenDirectory directory;
  private final Path path;

  private HeldDirectory(SystemCalls.OpenDirectory directory, Path path) {
    this.directory = directory;
    this.path = path;
  }

  /**
   * Opens a directory.
   *
   * @param place its path
   * @param real the path of the directory that is meant, without links
   * @throws HostException if another directory is there by now
   */
  static HeldDirectory of(Path place, String real) throws IOException, HostException {
    SystemCalls.OpenDirectory directory = SystemCalls.open(place.toString());
    Path path = place.getFileSystem().getPath("/proc/self/fd/" + directory.descriptor());
    HeldDirectory held = new HeldDirectory(directory, path);
    if (!Files.readSymbolicLink(Path.of(path.toString())).toString().equals(real)) {
      held.close();
      throw new HostException(
          HostFailure.UNSAFE_PATH,
          "Refused to go on in %s: somebody put a link in its place meanwhile.".formatted(place));
    }
    return held;
  }

  /** Returns the path of a file of the directory. */
  Path resolve(Path file) {
    return path.resolve(String.valueOf(file.getFileName()));
  }

  @Override
  public void close() {
    directory.close();
  }
}
