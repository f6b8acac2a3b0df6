package dev.reconcile.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds programs in the folders where a server has them, whatever the caller's PATH is. */
final class Programs {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Programs() {}

  /**
   * Finds the file of a program.
   *
   * @param name its name or its path
   */
  static Optional<String> find(Facts facts, String name) throws HostException {
    List<String> candidates = new ArrayList<>();
    if (name.startsWith("/")) {
      candidates.add(name);
    } else {
      FOLDERS.forEach(folder -> candidates.add(folder + "/" + name));
    }
    for (String candidate : candidates) {
      Optional<String> found = facts.realPath(candidate);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
