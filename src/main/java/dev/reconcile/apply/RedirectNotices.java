package dev.reconcile.apply;

import dev.reconcile.host.HttpProbe;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Notices of apps that answer their health check with a redirect. It counts as healthy, and shows
 * nothing of the page that it leads to.
 */
final class RedirectNotices {
  private RedirectNotices() {}

  /**
   * The notices.
   *
   * @param probes app to what it was asked
   * @param answers what was answered
   * @param known apps that were asked by an earlier run
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
                "An app answers with a redirect",
                """
                GET %s of %s is answered by %s to %s, which counts as working whatever \
                is there. With health.path set to a page that needs all of the app, an \
                app that is broken is found out.\
                """
                    .formatted(probe.path(), app, answer.status(), answer.location())));
      }
    });
    return notices;
  }
}
