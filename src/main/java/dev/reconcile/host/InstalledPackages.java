package dev.reconcile.host;

import java.util.HashMap;
import java.util.Map;

/** Reads dpkg's own record of what is installed, which costs no process. */
final class InstalledPackages {
  private InstalledPackages() {}

  /**
   * Installed packages and their versions.
   *
   * @param status the text of /var/lib/dpkg/status: paragraphs as in deb-control(5)
   */
  static Map<String, String> parse(String status) {
    Map<String, String> installed = new HashMap<>();
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
      }
      at = end + 1;
    }
    return installed;
  }
}
