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
 * What a trial found.
 *
 * @param faults by app: what is wrong with its part of the plan; without these apps the rest of the
 *     plan has passed
 * @param units by unit: what is wrong with one of the host's own; without these units the rest of
 *     the plan has passed
 * @param files by file or link of the host's own: what is wrong with it; without these the rest of
 *     the plan has passed
 * @param hostErrors what is wrong and belongs to no app: nothing may be changed
 * @param notices what a person should know; none of it forbids anything
 * @param nginxBrokenBefore whether nginx refuses what is live now, whatever the plan does: then
 *     nothing of nginx may be changed or reloaded
 * @param unread why nginx would not read the sites that should be there: the same follows; empty if
 *     it would
 */
public record TrialResult(
    SortedMap<String, Diagnostic> faults,
    SortedMap<String, Diagnostic> units,
    SortedMap<Address, Diagnostic> files,
    List<Diagnostic> hostErrors,
    List<Diagnostic> notices,
    boolean nginxBrokenBefore,
    Optional<SitesNotRead> unread) {
  /** Nothing was found, or there was nothing to try. */
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

  /** Whether the whole plan may be applied. */
  public boolean isPassed() {
    return isPassedButForNginx() && !nginxBrokenBefore && unread.isEmpty();
  }

  /** The same, whatever is the matter with nginx. */
  public boolean isPassedButForNginx() {
    return faults.isEmpty() && units.isEmpty() && files.isEmpty() && hostErrors.isEmpty();
  }
}
