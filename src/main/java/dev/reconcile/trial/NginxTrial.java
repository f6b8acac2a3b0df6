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
 * Finds the apps, and the files of the host's own, without whose changes nginx takes the rest of
 * the plan. nginx stops at the first thing that it cannot use, so it is asked again until it is
 * content; each time at least one of them is left out.
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
    // a reload that is owed needs a configuration that nginx takes, also if this plan changes none
    if (changes.isEmpty() && !plan.testsNginx()) {
      return;
    }
    NginxFiles files = NginxFiles.of(host.facts(), changes);
    // a certificate or a list of passwords that the plan writes elsewhere is there when nginx looks
    Overlay all =
        Overlay.of(plan, path -> path.startsWith(NginxFiles.FOLDER + "/") || files.mention(path));
    NginxTester judge = NginxTester.of(host, plan, files);
    search(all, judge, new NginxErrorAttribution(host.facts(), files));
  }

  private void search(Overlay all, NginxTester judge, NginxErrorAttribution tracing)
      throws HostException {
    Overlay left = all;
    NginxTestResult verdict = judge.of(left);
    while (verdict instanceof NginxTestResult.Refused refused) {
      if (judge.count() > MOST_TESTS) {
        giveUp(left, refused, judge, tracing);
        return;
      }
      Optional<String> named = tracing.app(left, refused.message());
      if (named.isPresent()) {
        verdict = judge.of(left.without(named.get()));
      }
      // one that is named is not to blame if the same is said without its changes
      boolean plain = named.isPresent() && !verdict.isLike(refused);
      if (!plain && !(judge.before() instanceof NginxTestResult.Passed)) {
        blameBefore(judge.before());
        return;
      }
      String guilty = plain ? named.get() : guilty(left, refused, judge);
      if (guilty.isEmpty()) {
        left = withoutFile(left, refused, judge, tracing);
      } else {
        findings.fault(guilty, tracing.fault(guilty, left, refused.message()));
        left = left.without(guilty);
      }
      verdict = plain ? verdict : judge.of(left);
    }
    switch (verdict) {
      case NginxTestResult.Unknown(String why) -> untested(why);
      case NginxTestResult.Passed(List<NginxMessage> warnings) ->
          warnings.forEach(one -> findings.notice(tracing.warning(one)));
      case NginxTestResult.Refused _ -> throw new IllegalStateException("the search is not over");
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
            "nginx could not be tried beforehand",
            """
            Its configuration is tested in place instead, and taken back if it is \
            refused. This is why:
            %s\
            """
                .formatted(why.indent(4).stripTrailing())));
  }

  /** Who, added to those before it, makes nginx say this; empty for the host. */
  private static String guilty(Overlay left, NginxTestResult.Refused refused, NginxTester judge)
      throws HostException {
    List<String> apps = new ArrayList<>(left.apps());
    if (left.concernsHost() && judge.of(left.only(List.of())).isLike(refused)) {
      return "";
    }
    int without = 0;
    int with = apps.size();
    while (with - without > 1) {
      int half = (without + with) / 2;
      if (judge.of(left.only(apps.subList(0, half))).isLike(refused)) {
        with = half;
      } else {
        without = half;
      }
    }
    return apps.isEmpty() ? "" : apps.get(with - 1);
  }

  // A file of the host's own that nginx does not take is left out like a site, and by itself.
  private Overlay withoutFile(
      Overlay left,
      NginxTestResult.Refused refused,
      NginxTester judge,
      NginxErrorAttribution tracing)
      throws HostException {
    Optional<Change> named = tracing.ofHost(left, refused.message());
    boolean isNamed = named.isPresent() && !judge.of(left.without(named.get())).isLike(refused);
    Change guilty = isNamed ? named.get() : guiltyFile(left.ofHost(), refused, judge);
    findings.fileFault(guilty.address(), tracing.faultOfHost(guilty, left, refused.message()));
    return left.without(guilty);
  }

  /** Which change, added to those before it, makes nginx say this. */
  private static Change guiltyFile(
      List<Change> files, NginxTestResult.Refused refused, NginxTester judge) throws HostException {
    int without = 0;
    int with = files.size();
    while (with - without > 1) {
      int half = (without + with) / 2;
      if (judge.of(new Overlay(files.subList(0, half))).isLike(refused)) {
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
            "nginx was broken before",
            """
            nginx -t says of the configuration as it is now, before any change:
            %sNothing of nginx is changed until %s is mended; everything else goes \
            on.\
            """
                .formatted(message.words().indent(4), file),
            Optional.empty()));
  }

  // What could not be tested must not go live; but the same mistake in a hundred apps, from one
  // template, keeps nobody else from it.
  private void giveUp(
      Overlay all,
      NginxTestResult.Refused refused,
      NginxTester judge,
      NginxErrorAttribution tracing)
      throws HostException {
    Overlay left = all;
    for (String app : tracing.suspects(all, refused.message())) {
      findings.fault(app, tracing.fault(app, all, refused.message()));
      left = left.without(app);
    }
    if (judge.of(left) instanceof NginxTestResult.Passed) {
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
