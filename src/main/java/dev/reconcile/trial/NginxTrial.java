// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Severity;
import dev.reconcile.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the apps, and the files that belong to no app, without whose changes nginx accepts the rest
 * of the plan. nginx stops at the first error, so the trial repeats the test until nginx accepts;
 * each time, it leaves out at least one app or file.
 */
final class NginxTrial {
  private static final int MOST_TESTS = 80;

  private final Host host;
  private final Plan plan;
  private final TrialResultBuilder findings;

  NginxTrial(Host host, Plan plan, TrialResultBuilder findings) {
    this.host = host;
    this.plan = plan;
    this.findings = findings;
  }

  void run() throws HostException {
    Overlay changes = Overlay.of(plan, path -> path.startsWith(NginxFiles.FOLDER + "/"));
    // a pending reload needs a valid configuration even if this plan changes no file
    if (changes.isEmpty() && !plan.testsNginx()) {
      return;
    }
    Optional<Diagnostic> masked = MaskedNginx.of(host.facts());
    if (masked.isPresent()) {
      findings.nginxBrokenBefore(masked.get());
      return;
    }
    NginxFiles files = NginxFiles.of(host.facts(), changes);
    // nginx must find certificates and password files that the plan writes elsewhere
    Overlay all =
        Overlay.of(plan, path -> path.startsWith(NginxFiles.FOLDER + "/") || files.mention(path));
    NginxTester tester = NginxTester.of(host, plan, files);
    search(all, tester, new NginxErrorAttribution(host.facts(), files));
  }

  private void search(Overlay all, NginxTester tester, NginxErrorAttribution tracing)
      throws HostException {
    Overlay left = all;
    NginxTestResult result = tester.of(left);
    while (result instanceof NginxTestResult.Refused refused) {
      if (tester.count() > MOST_TESTS) {
        giveUp(left, refused, tester, tracing);
        return;
      }
      Optional<String> named = tracing.app(left, refused.message());
      if (named.isPresent()) {
        result = tester.of(left.without(named.get()));
      }
      // the named app is not to blame if nginx reports the same without its changes
      boolean plain = named.isPresent() && !result.isLike(refused);
      if (!plain && !(tester.before() instanceof NginxTestResult.Passed)) {
        blameBefore(tester.before());
        return;
      }
      String atFault = plain ? named.get() : atFault(left, refused, tester);
      if (atFault.isEmpty()) {
        left = withoutFile(left, refused, tester, tracing);
      } else {
        findings.fault(atFault, tracing.fault(atFault, left, refused.message()));
        left = left.without(atFault);
      }
      result = plain ? result : tester.of(left);
    }
    switch (result) {
      case NginxTestResult.Unknown(String why) -> untested(why);
      case NginxTestResult.Passed(List<NginxMessage> warnings) ->
          warn(left, warnings, tester, tracing);
      case NginxTestResult.Refused _ -> throw new IllegalStateException("the search is not over");
    }
  }

  private void warn(
      Overlay left, List<NginxMessage> warnings, NginxTester tester, NginxErrorAttribution tracing)
      throws HostException {
    if (!warnings.isEmpty()) {
      List<NginxMessage> before =
          tester.before() instanceof NginxTestResult.Passed(var live) ? live : List.of();
      new NginxWarnings(left, before, tracing).of(warnings).forEach(findings::notice);
    }
  }

  private void blameBefore(NginxTestResult before) {
    switch (before) {
      case NginxTestResult.Refused(NginxMessage message) -> brokenBefore(message);
      case NginxTestResult.Unknown(String why) -> untested(why);
      case NginxTestResult.Passed _ ->
          throw new IllegalArgumentException("nothing was wrong before");
    }
  }

  private void untested(String why) {
    findings.notice(
        Diagnostic.notice(
            "nginx configuration not tested beforehand",
            """
            The apply tests the configuration in place instead, and restores the \
            earlier files if nginx refuses it. The reason:
            %s\
            """
                .formatted(why.indent(4).stripTrailing())));
  }

  /**
   * Finds the app that, added to the apps before it, makes nginx report this; empty for the host.
   */
  private static String atFault(Overlay left, NginxTestResult.Refused refused, NginxTester tester)
      throws HostException {
    List<String> apps = new ArrayList<>(left.apps());
    if (left.concernsHost() && tester.of(left.only(List.of())).isLike(refused)) {
      return "";
    }
    int without = 0;
    int with = apps.size();
    while (with - without > 1) {
      int half = (without + with) / 2;
      if (tester.of(left.only(apps.subList(0, half))).isLike(refused)) {
        with = half;
      } else {
        without = half;
      }
    }
    return apps.isEmpty() ? "" : apps.get(with - 1);
  }

  // A file that belongs to no app and that nginx refuses is left out on its own, like a site.
  private Overlay withoutFile(
      Overlay left,
      NginxTestResult.Refused refused,
      NginxTester tester,
      NginxErrorAttribution tracing)
      throws HostException {
    Optional<Change> named = tracing.ofHost(left, refused.message());
    boolean isNamed = named.isPresent() && !tester.of(left.without(named.get())).isLike(refused);
    Change atFault = isNamed ? named.get() : fileAtFault(left.ofHost(), refused, tester);
    findings.fileFault(atFault.address(), tracing.faultOfHost(atFault, left, refused.message()));
    return left.without(atFault);
  }

  /** Finds the change that, added to the changes before it, makes nginx report this. */
  private static Change fileAtFault(
      List<Change> files, NginxTestResult.Refused refused, NginxTester tester)
      throws HostException {
    int without = 0;
    int with = files.size();
    while (with - without > 1) {
      int half = (without + with) / 2;
      if (tester.of(new Overlay(files.subList(0, half))).isLike(refused)) {
        with = half;
      } else {
        without = half;
      }
    }
    return files.get(with - 1);
  }

  private void brokenBefore(NginxMessage message) {
    String file = message.file().isEmpty() ? "that" : message.file();
    findings.nginxBrokenBefore(
        new Diagnostic(
            Severity.WARNING,
            "nginx configuration already broken",
            """
            nginx -t says of the live configuration, before any change:
            %sUntil %s is fixed, reconcile changes nothing of nginx. All other changes \
            are applied.\
            """
                .formatted(message.words().indent(4), file),
            Optional.empty()));
  }

  // An untested change must not go live. But one mistake of a template in a hundred apps must not
  // hold back the other apps.
  private void giveUp(
      Overlay all,
      NginxTestResult.Refused refused,
      NginxTester tester,
      NginxErrorAttribution tracing)
      throws HostException {
    Overlay left = all;
    for (String app : tracing.suspects(all, refused.message())) {
      findings.fault(app, tracing.fault(app, all, refused.message()));
      left = left.without(app);
    }
    if (tester.of(left) instanceof NginxTestResult.Passed) {
      return;
    }
    for (String app : left.apps()) {
      findings.fault(app, tracing.fault(app, left, refused.message()));
    }
    for (Change change : left.ofHost()) {
      findings.fileFault(change.address(), tracing.faultOfHost(change, left, refused.message()));
    }
  }
}
