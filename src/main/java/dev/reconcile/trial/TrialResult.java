// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.web.SitesNotRead;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The result of a trial.
 *
 * @param faults by app: the fault in its part of the plan; without these apps the rest of the plan
 *     passes
 * @param units by unit that belongs to no app: its fault; without these units the rest of the plan
 *     passes
 * @param files by file or link that belongs to no app: its fault; without these the rest of the
 *     plan passes
 * @param hostErrors faults that belong to no app and forbid any change
 * @param notices notices and warnings; they forbid nothing
 * @param nginxBrokenBefore whether nginx refuses the live configuration regardless of the plan;
 *     then nothing of nginx may be changed or reloaded
 * @param unread why nginx would not read the declared sites; then nothing of nginx may be changed
 *     or reloaded, either; empty if it would
 */
public record TrialResult(
    SortedMap<String, Diagnostic> faults,
    SortedMap<String, Diagnostic> units,
    SortedMap<Address, Diagnostic> files,
    List<Diagnostic> hostErrors,
    List<Diagnostic> notices,
    boolean nginxBrokenBefore,
    Optional<SitesNotRead> unread) {
  /** A result without findings. */
  public static final TrialResult CLEAN =
      new TrialResult(
          Collections.emptySortedMap(),
          Collections.emptySortedMap(),
          Collections.emptySortedMap(),
          List.of(),
          List.of(),
          false,
          Optional.empty());

  public TrialResult {
    faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
    units = Collections.unmodifiableSortedMap(new TreeMap<>(units));
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    hostErrors = List.copyOf(hostErrors);
    notices = List.copyOf(notices);
  }

  /** Reports whether the whole plan may be applied. */
  public boolean isPassed() {
    return isPassedButForNginx() && !nginxBrokenBefore && unread.isEmpty();
  }

  /** Reports whether the plan may be applied, ignoring the state of nginx. */
  public boolean isPassedButForNginx() {
    return faults.isEmpty() && units.isEmpty() && files.isEmpty() && hostErrors.isEmpty();
  }
}
