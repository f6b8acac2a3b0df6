// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.HashMap;
import java.util.Map;

/** The installed packages, read from dpkg's status file without a process. */
final class InstalledPackages {
  private InstalledPackages() {}

  /**
   * Parses the versions of installed packages by name, including the names that packages provide,
   * with the version of the providing package.
   *
   * @param status the text of /var/lib/dpkg/status, paragraphs as in deb-control(5)
   */
  static Map<String, String> parse(String status) {
    Map<String, String> installed = new HashMap<>();
    Map<String, String> provided = new HashMap<>();
    String name = "";
    boolean present = false;
    int at = 0;
    while (at < status.length()) {
      int end = status.indexOf('\n', at);
      end = end < 0 ? status.length() : end;
      if (status.startsWith("Package: ", at)) {
        name = status.substring(at + 9, end);
        present = false;
      } else if (status.startsWith("Status: ", at)) {
        present = status.substring(at, end).endsWith(" ok installed");
      } else if (present && status.startsWith("Version: ", at)) {
        installed.put(name, status.substring(at + 9, end));
      } else if (present && status.startsWith("Provides: ", at)) {
        provide(status.substring(at + 10, end), name, provided);
      }
      at = end + 1;
    }
    provided.forEach((virtual, provider) ->
        installed.putIfAbsent(virtual, installed.getOrDefault(provider, "")));
    return installed;
  }

  // deb-control(5): "name, name (= version)"; that version is not the version of the package
  private static void provide(String names, String provider, Map<String, String> provided) {
    for (String entry : names.split(",", -1)) {
      String name = entry.strip().split("[ (:]", 2)[0];
      if (!name.isEmpty()) {
        provided.putIfAbsent(name, provider);
      }
    }
  }
}
