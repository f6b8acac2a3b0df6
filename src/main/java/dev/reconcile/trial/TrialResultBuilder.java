// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.web.SitesNotRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A builder of a trial's result. It keeps the first fault of each app, because later ones follow
 * from it.
 */
final class TrialResultBuilder {
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();
  private final SortedMap<String, Diagnostic> units = new TreeMap<>();
  private final SortedMap<Address, Diagnostic> files = new TreeMap<>();
  private final List<Diagnostic> hostErrors = new ArrayList<>();
  private final List<Diagnostic> notices = new ArrayList<>();
  private boolean nginxBrokenBefore;
  private Optional<SitesNotRead> unread = Optional.empty();

  /** Adds a fault of an app's part of the plan, or of the host's part if {@code app} is empty. */
  void fault(String app, Diagnostic diagnostic) {
    if (!app.isEmpty()) {
      faults.putIfAbsent(app, diagnostic);
    } else if (!hostErrors.contains(diagnostic)) {
      hostErrors.add(diagnostic);
    }
  }

  /** Adds a fault of a file or link that belongs to no app and that nothing depends on. */
  void fileFault(Address file, Diagnostic diagnostic) {
    files.putIfAbsent(file, diagnostic);
  }

  /** Adds a fault of a unit that belongs to no app. */
  void unitFault(String unit, Diagnostic diagnostic) {
    units.putIfAbsent(unit, diagnostic);
  }

  void notice(Diagnostic diagnostic) {
    if (!notices.contains(diagnostic)) {
      notices.add(diagnostic);
    }
  }

  void nginxBrokenBefore(Diagnostic diagnostic) {
    nginxBrokenBefore = true;
    notices.add(diagnostic);
  }

  /** Records why nginx would not read the sites. */
  void unread(SitesNotRead why) {
    unread = Optional.of(why);
  }

  boolean isUnread() {
    return unread.isPresent();
  }

  TrialResult result() {
    return new TrialResult(faults, units, files, hostErrors, notices, nginxBrokenBefore, unread);
  }

  /**
   * Returns the result without faults, because packages that the plan installs may resolve them.
   */
  TrialResult until(List<String> packages) {
    if (result().isPassedButForNginx()) {
      return result();
    }
    List<Diagnostic> all = new ArrayList<>(notices);
    all.add(
        Diagnostic.notice(
            "Incomplete trial",
            """
            nginx or systemd would refuse something that may need %s, which this \
            plan installs. The apply tests it again after the installation.\
            """
                .formatted(String.join(", ", packages))));
    return new TrialResult(
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        List.of(),
        all,
        nginxBrokenBefore,
        unread);
  }
}
