// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.kind.UnitMask;
import dev.reconcile.model.Diagnostic;
import java.util.List;
import java.util.Optional;

/** The check that systemd starts and reloads nginx at all. */
final class MaskedNginx {
  private static final String UNIT = "nginx.service";

  private MaskedNginx() {}

  /**
   * Returns the warning that nginx.service is masked, so that systemd neither starts nor reloads
   * it; empty if it is not, or if nginx runs outside of systemd.
   */
  static Optional<Diagnostic> of(Facts facts) throws HostException {
    List<UnitMask> masks = UnitMask.of(facts, UNIT);
    return masks.isEmpty() || runsOutsideOfSystemd(facts)
        ? Optional.empty()
        : Optional.of(
            Diagnostic.warning(
                    "Masked unit",
                    """
                    %s is masked, so systemd neither starts nor reloads it. Until it is unmasked, \
                    reconcile changes nothing of nginx. All other changes are applied.\
                    """
                        .formatted(UNIT))
                .withCommand(masks.getFirst().remedy()));
  }

  // a signal reloads such an nginx
  private static boolean runsOutsideOfSystemd(Facts facts) throws HostException {
    UnitFacts unit = facts.units().get(UNIT);
    return facts.runningNginx().isPresent() && (unit == null || !unit.running());
  }
}
