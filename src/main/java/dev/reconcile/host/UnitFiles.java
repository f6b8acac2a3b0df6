package dev.reconcile.host;

import java.util.List;
import java.util.Optional;

/**
 * Files that systemd reads for units: a change of any of them, a drop-in that somebody adds by hand
 * too, is what makes it say that a unit needs a daemon-reload (systemd.unit(5), table 1).
 */
final class UnitFiles {
  private static final List<String> FOLDERS =
      List.of(
          "/etc/systemd/system.control",
          "/run/systemd/system.control",
          "/etc/systemd/system",
          "/run/systemd/system",
          "/usr/local/lib/systemd/system");

  private final FileFacts files;
  private final List<String> beginnings;

  /**
   * @param files how to look
   * @param patterns of the units' names; what stands before the first special character counts
   */
  UnitFiles(FileFacts files, List<String> patterns) {
    this.files = files;
    this.beginnings = patterns.stream().map(UnitFiles::beginning).distinct().toList();
  }

  private static String beginning(String pattern) {
    int end = 0;
    while (end < pattern.length() && "*?[".indexOf(pattern.charAt(end)) < 0) {
      end++;
    }
    return pattern.substring(0, end);
  }

  /** Looks at all of them. */
  void see() throws HostException {
    for (String folder : FOLDERS) {
      for (String name : files.list(folder)) {
        if (beginnings.stream().anyMatch(name::startsWith)) {
          seeOne(folder + "/" + name);
        }
      }
    }
  }

  private void seeOne(String path) throws HostException {
    Optional<Stat> stat = files.seeContent(path);
    if (stat.isPresent() && stat.get().type() == Stat.Type.DIRECTORY) {
      for (String name : files.list(path)) {
        files.seeContent(path + "/" + name);
      }
    }
  }
}
