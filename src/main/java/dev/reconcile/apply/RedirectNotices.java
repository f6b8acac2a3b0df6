// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.HttpProbe;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices about apps that answer their health check with a redirect. A redirect counts as healthy,
 * but it does not prove that the target page works.
 */
final class RedirectNotices {
  private RedirectNotices() {}

  /**
   * Creates the notices.
   *
   * @param probes the health checks by app
   * @param answers the answers by health check
   * @param known the apps that an earlier run checked
   */
  static List<Diagnostic> of(
      Map<String, Step.Probe> probes,
      Map<Step.Probe, HttpProbe.Answer> answers,
      Set<String> known) {
    List<Diagnostic> notices = new ArrayList<>();
    probes.forEach((app, probe) -> {
      HttpProbe.Answer answer = answers.get(probe);
      if (answer != null && answer.isRedirect() && !known.contains(app)) {
        notices.add(
            Diagnostic.notice(
                "Health check answered with a redirect",
                """
                GET %s of %s gives a redirect (%s) to %s. It counts as healthy, whatever is \
                there. To detect a broken app, set health.path to a page that needs all of \
                the app.\
                """
                    .formatted(probe.path(), app, answer.status(), answer.location())));
      }
    });
    return notices;
  }
}
