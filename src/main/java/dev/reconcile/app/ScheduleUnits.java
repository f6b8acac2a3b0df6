// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.systemd.CommandText;
import dev.reconcile.systemd.TimeSpan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The units of an app's schedules: a timer and the service that it starts.
 *
 * <p>Invariant: nothing here starts, stops or restarts such a service, so a run that goes on during
 * a deploy ends by itself. The service reads the revision when it starts.
 */
final class ScheduleUnits {
  private final Declarations declarations;
  private final Templates templates;
  private final AppUnits units;

  /**
   * @param units declares files and units of apps
   */
  ScheduleUnits(Declarations declarations, Templates templates, AppUnits units) {
    this.declarations = declarations;
    this.templates = templates;
    this.units = units;
  }

  /**
   * Declares the units of all schedules of an app.
   *
   * @param app the app
   * @param tree the tree of the revision
   * @param venv the virtualenv of the revision
   * @param paths what the app must see besides its directories: its interpreter, and the directory
   *     that a link to its code leads to
   */
  void declare(App app, String tree, String venv, List<String> paths) throws TemplateException {
    boolean atHome = AppUnits.isAtHome(app, List.of(), paths);
    for (Schedule schedule : app.background().schedules()) {
      environment(app, schedule, tree, venv);
      service(app, schedule, atHome);
      timer(app, schedule);
    }
  }

  private void environment(App app, Schedule schedule, String tree, String venv)
      throws TemplateException {
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put("tree", tree);
    values.put("venv", venv);
    values.put("variables", AppSettings.variables(schedule.env()));
    units.file(
        app,
        app.layout().scheduleEnvironment(schedule.name()),
        templates.render("schedule.env", values),
        0640,
        Role.SETTINGS,
        List.of());
  }

  private void service(App app, Schedule schedule, boolean atHome) throws TemplateException {
    Map<String, Object> values = AppUnits.ofInstance(app, atHome);
    values.put("description", "schedule %s of app %s".formatted(schedule.name(), app.name()));
    values.put("own", app.layout().scheduleEnvironment(schedule.name()));
    values.put("command", CommandText.ofRevision(schedule.command().words()));
    values.put("timeout", TimeSpan.of(schedule.command().timeout()));
    values.put("limits", units.limits(schedule.limits(), "schedule.conf"));
    units.file(
        app,
        Layout.dropIns(app.layout().schedule(schedule.name())) + AppUnits.DROP_IN,
        templates.render("schedule.conf", values),
        0644,
        Role.UNIT_FILE,
        List.of(Observer.DAEMON_RELOAD));
  }

  private void timer(App app, Schedule schedule) throws TemplateException {
    String timer = app.layout().timer(schedule.name());
    String restart = AppResources.restartOf(timer);
    Map<String, Object> values = new HashMap<>();
    values.put("from", app.origin().file());
    values.put(
        "description", "times of schedule %s of app %s".formatted(schedule.name(), app.name()));
    values.put("at", schedule.at());
    values.put("persistent", schedule.persistent() ? "yes" : "");
    values.put("splay", schedule.splay().isZero() ? "" : TimeSpan.of(schedule.splay()));
    units.file(
        app,
        schedule.timesFile(app.layout()),
        templates.render("timer.conf", values),
        0644,
        Role.UNIT_FILE,
        List.of(Observer.DAEMON_RELOAD, restart));
    units.add(
        app,
        LinkKind.address(Layout.enablement(timer)),
        new LinkKind.Spec(Layout.UNIT_FILES + "/" + Layout.TIMER_TEMPLATE),
        Role.ENABLEMENT,
        List.of(Observer.DAEMON_RELOAD));
    units.add(app, UnitKind.address(timer), new UnitKind.Spec(true), Role.TIMER, List.of(restart));
    declarations.add(restart(app, timer, restart));
  }

  // systemd computes the next time of a running timer from its last one, also at a daemon-reload:
  // with other times, that may be in the past, and the command would run at once. A timer whose
  // times change is therefore stopped before, and forgets its last run.
  private static Handler restart(App app, String timer, String id) {
    Step start = new Step.StartTimer(timer);
    return new Handler(
        id,
        Phase.TARGET,
        List.of(start),
        List.of(),
        app.name(),
        List.of(),
        Optional.of(
            new Handler.Seamless(
                timer,
                List.of(
                    new PhasedStep(Phase.DISABLE, new Step.Systemctl(Step.UnitVerb.STOP, timer)),
                    new PhasedStep(Phase.DISABLE, new Step.Remove(Layout.stampOf(timer))),
                    new PhasedStep(Phase.TARGET, start)),
                List.of())));
  }
}
