// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.AppResources.SiteText;
import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.Digest;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The handlers of an app. A restart of the service loses no request, because systemd holds the
 * socket. A restart of the socket itself would lose requests. While the app serves, a standby
 * instance therefore takes over for that time, and nginx sends requests to it.
 */
final class AppHandlers {
  private final Declarations declarations;
  private final String address;

  /**
   * @param address where the app listens
   */
  AppHandlers(Declarations declarations, String address) {
    this.declarations = declarations;
    this.address = address;
  }

  /**
   * Declares the handlers.
   *
   * @param app the app
   * @param home the tree that the app will run from
   * @param venv the virtualenv that the app will run in
   * @param environment the texts of its environment files
   * @param site the text of its site
   */
  void declare(App app, String home, String venv, List<Content> environment, SiteText site)
      throws HostException, TemplateException {
    for (AppProcess process : app.processes()) {
      switch (process) {
        case AppProcess.Gunicorn web -> declare(web, standby(app, home, venv, environment), site);
      }
    }
  }

  private void declare(AppProcess.Gunicorn web, Step.StandbyInstance standby, SiteText site)
      throws HostException, TemplateException {
    App app = web.app();
    Step awaitHealth = web.proof(address);
    List<Step> restartService =
        List.of(new Step.Systemctl(Step.UnitVerb.RESTART, app.service()), awaitHealth);
    declarations.add(
        new Handler(checkOf(app), Phase.INSTANCES, List.of(awaitHealth), List.of(), app.name()));
    declarations.add(
        new Handler(
            AppResources.restartOf(app.service()),
            Phase.INSTANCES,
            restartService,
            List.of(checkOf(app)),
            app.name(),
            List.of(rehearsal(app, standby)),
            Optional.of(rehearsed(app, restartService, standby))));
    List<Step> restart =
        List.of(
            new Step.Systemctl(Step.UnitVerb.RESTART, app.socketUnit()),
            new Step.RemoveOldSockets(app.name(), address),
            new Step.Systemctl(Step.UnitVerb.START, app.service()),
            awaitHealth);
    declarations.add(
        new Handler(
            AppResources.restartOf(app.socketUnit()),
            Phase.INSTANCES,
            restart,
            List.of(AppResources.restartOf(app.service()), checkOf(app)),
            app.name(),
            List.of(rehearsal(app, standby)),
            Optional.of(
                app.site().isEmpty()
                    ? rehearsed(app, restart, standby)
                    : seamless(app, restart, standby, site))));
  }

  /** Returns the id of the handler that only checks the health of an app. */
  private static String checkOf(App app) {
    return "check " + app.name();
  }

  private Step.StandbyInstance standby(
      App app, String home, String venv, List<Content> environment) {
    StringBuilder all = new StringBuilder(home + "\n" + venv + "\n" + app.gunicorn().app());
    all.append('\n').append(app.user()).append('\n').append(app.group());
    environment.forEach(text -> all.append('\n').append(text.text()));
    SortedMap<String, String> trees = new TreeMap<>();
    trees.put(app.directory(), home);
    trees.put(app.venv().directory(), venv);
    return new Step.StandbyInstance(
        Step.StandbyInstance.nameOf(app.name(), Digest.of(all.toString()).hex().substring(0, 8)),
        new AppSandbox(app.name(), app.service(), trees, address));
  }

  private static Step.Probe probe(App app, Step.StandbyInstance standby) {
    return app.probe(standby.service(), standby.address());
  }

  // The new revision must answer on a socket of its own before reconcile touches the one that
  // serves: a restart into broken code would reject every request.
  private static Step rehearsal(App app, Step.StandbyInstance standby) {
    return new Step.Rehearse(standby, probe(app, standby));
  }

  private static Handler.Seamless rehearsed(
      App app, List<Step> restart, Step.StandbyInstance standby) {
    List<PhasedStep> actions = new ArrayList<>();
    actions.add(new PhasedStep(Phase.REHEARSE, rehearsal(app, standby)));
    restart.forEach(step -> actions.add(new PhasedStep(Phase.INSTANCES, step)));
    return new Handler.Seamless(app.service(), actions, List.of());
  }

  // The final site is written back as soon as nginx has read the diversions of all apps, so that
  // any later reload or reboot gets the final site.
  private Handler.Seamless seamless(
      App app, List<Step> restart, Step.StandbyInstance standby, SiteText site)
      throws HostException, TemplateException {
    String path = app.layout().site();
    Step lasting = write(path, site.apply(address));
    List<PhasedStep> actions = new ArrayList<>();
    actions.add(new PhasedStep(Phase.REHEARSE, new Step.StartStandby(standby)));
    actions.add(new PhasedStep(Phase.REHEARSE, new Step.AwaitHealth(probe(app, standby))));
    Step link = new Step.WriteLink(app.layout().siteLink(), path);
    actions.add(new PhasedStep(Phase.DIVERT, write(path, site.apply(standby.address()))));
    actions.add(new PhasedStep(Phase.DIVERT, link));
    actions.add(new PhasedStep(Phase.DIVERT_NGINX, new Step.TestNginx()));
    actions.add(new PhasedStep(Phase.DIVERT_NGINX, new Step.ReloadNginx()));
    actions.add(new PhasedStep(Phase.DIVERTED, lasting));
    actions.add(new PhasedStep(Phase.DIVERTED, new Step.DrainNginx()));
    restart.forEach(step -> actions.add(new PhasedStep(Phase.INSTANCES, step)));
    actions.add(new PhasedStep(Phase.STOP_INSTANCES, new Step.DrainNginx()));
    actions.add(new PhasedStep(Phase.STOP_INSTANCES, new Step.StopStandby(app.name())));
    return new Handler.Seamless(app.service(), actions, List.of(SharedResources.RELOAD_NGINX));
  }

  private static Step write(String path, String text) {
    return new Step.WriteFile(path, Content.of(text), FileAttributes.root(0644));
  }
}
