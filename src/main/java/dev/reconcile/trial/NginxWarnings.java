// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import java.util.ArrayList;
import java.util.List;

/**
 * The warnings of nginx that a run passes on. A warning that nginx gave before the plan is passed
 * on only if it concerns a file that the plan changes, or a hash table, which concerns all sites.
 */
final class NginxWarnings {
  private final Overlay overlay;
  private final List<NginxMessage> before;
  private final NginxErrorAttribution tracing;

  /**
   * @param overlay the changes that nginx accepts
   * @param before the warnings of the live state
   */
  NginxWarnings(Overlay overlay, List<NginxMessage> before, NginxErrorAttribution tracing) {
    this.overlay = overlay;
    this.before = List.copyOf(before);
    this.tracing = tracing;
  }

  /** Returns diagnostics of these warnings, one for all lines of a file with the same text. */
  List<Diagnostic> of(List<NginxMessage> warnings) throws HostException {
    List<Diagnostic> all = new ArrayList<>();
    for (int i = 0; i < warnings.size(); i++) {
      NginxMessage warning = warnings.get(i);
      boolean isFirst = warnings.subList(0, i).stream().noneMatch(warning::isLike);
      if (isFirst && isPassedOn(warning)) {
        List<Integer> more =
            warnings.subList(i + 1, warnings.size()).stream()
                .filter(warning::isLike)
                .map(NginxMessage::line)
                .toList();
        all.add(tracing.warning(overlay, warning, more));
      }
    }
    return all;
  }

  private boolean isPassedOn(NginxMessage warning) throws HostException {
    boolean isNew = before.stream().noneMatch(warning::isLike);
    return isNew || warning.isOfATable() || tracing.concerned(overlay, warning).isPresent();
  }
}
