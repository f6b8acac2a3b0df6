package dev.reconcile.trial;

import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.web.SitesNotRead;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A trial's result in the making. The first fault of an app stands: later ones follow from it. */
final class TrialResultBuilder {
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();
  private final SortedMap<String, Diagnostic> units = new TreeMap<>();
  private final SortedMap<Address, Diagnostic> files = new TreeMap<>();
  private final List<Diagnostic> hostErrors = new ArrayList<>();
  private final List<Diagnostic> notices = new ArrayList<>();
  private boolean nginxBrokenBefore;
  private Optional<SitesNotRead> unread = Optional.empty();

  /** An app's part of the plan is wrong; the host's, if {@code app} is empty. */
  void fault(String app, Diagnostic diagnostic) {
    if (!app.isEmpty()) {
      faults.putIfAbsent(app, diagnostic);
    } else if (!hostErrors.contains(diagnostic)) {
      hostErrors.add(diagnostic);
    }
  }

  /** A file or link of the host's own is wrong, which nothing stands on. */
  void fileFault(Address file, Diagnostic diagnostic) {
    files.putIfAbsent(file, diagnostic);
  }

  /** A unit of the host's own is wrong. */
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

  /** nginx would not read the sites. */
  void unread(SitesNotRead why) {
    unread = Optional.of(why);
  }

  boolean isUnread() {
    return unread.isPresent();
  }

  TrialResult result() {
    return new TrialResult(faults, units, files, hostErrors, notices, nginxBrokenBefore, unread);
  }

  /** The same, with nothing held against the plan that packages to be installed may yet mend. */
  TrialResult until(List<String> packages) {
    if (result().isPassedButForNginx()) {
      return result();
    }
    List<Diagnostic> all = new ArrayList<>(notices);
    all.add(
        Diagnostic.notice(
            "Not all can be tried yet",
            """
            nginx or systemd would refuse something that may need %s, which this \
            plan installs. It is tried again once that is there.\
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
