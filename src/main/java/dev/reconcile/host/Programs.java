// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The lookup of programs in the standard directories, whatever the caller's PATH is. */
final class Programs {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Programs() {}

  /**
   * Finds the file of a program.
   *
   * @param name the name or the absolute path of the program
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
