// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.AppResources.SiteTexts;
import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.Digest;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Listener;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Release;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The handlers of an app. A restart of the service loses no request, because systemd holds the
 * socket. A restart of the socket itself would lose requests. While the app serves, a standby
 * instance therefore takes over for that time, and nginx sends requests to it.
 */
final class AppHandlers {
  private static final String UNIX = "unix:";

  private final Declarations declarations;
  private final Ports ports;
  private final Step.StandbyInstance standby;
  private final SiteTexts site;
  private final Optional<Release> release;

  /**
   * @param ports the ports of the apps
   * @param standby the standby instance of the app's web process
   * @param site the texts of nginx's files of the app
   * @param release the release steps of the app, if it has any
   */
  AppHandlers(
      Declarations declarations,
      Ports ports,
      Step.StandbyInstance standby,
      SiteTexts site,
      Optional<Release> release) {
    this.declarations = declarations;
    this.ports = ports;
    this.standby = standby;
    this.site = site;
    this.release = release;
  }

  /** Declares the handlers of all processes of an app. */
  void declare(App app) throws HostException, TemplateException {
    release.ifPresent(steps ->
        declarations.add(
            new Handler(
                Release.HANDLER + app.name(),
                Phase.RELEASE,
                List.of(new Step.RunRelease(steps)),
                List.of(),
                app.name())));
    for (AppProcess process : app.processes()) {
      process.declareHandlers(this);
    }
  }

  /** Declares the restart of a background process, after all web processes. */
  void declareBackground(ProcessInstance process) {
    App app = process.app();
    List<Step> steps = new ArrayList<>(endOfHold(app).toList());
    for (Step.ProcessVerb verb : Step.ProcessVerb.values()) {
      steps.add(
          new Step.ControlProcess(
              verb,
              app.name(),
              process.unit(),
              process.stopLimit(),
              process.process().origin().words()));
    }
    declarations.add(
        new Handler(
            AppResources.restartOf(process.unit()), Phase.PROCESSES, steps, List.of(), app.name()));
  }

  private List<Step> restart(AppProcess process) {
    Step restart = new Step.Systemctl(Step.UnitVerb.RESTART, process.unit());
    return Stream.of(endOfHold(process.app()), Stream.of(restart), process.proof(ports).stream())
        .flatMap(steps -> steps)
        .toList();
  }

  // An app that its release steps stopped starts with the new revision.
  private Stream<Step> endOfHold(App app) {
    return release.filter(Release::stops).stream()
        .map(_ -> new Step.EndHold(app.name(), app.service(), false));
  }

  /** Declares the restarts of a web process and of its socket, which lose no request. */
  void declareSeamless(ServingProcess web) throws HostException, TemplateException {
    App app = web.app();
    String address = web.address(ports);
    List<Step> restartService = restart(web);
    declareService(web, restartService, inPlace(web, restartService, address));
    List<Step> restart = new ArrayList<>(endOfHold(app).toList());
    restart.add(new Step.Systemctl(Step.UnitVerb.RESTART, app.socketUnit()));
    restart.add(new Step.RemoveOldSockets(app.name(), address));
    restart.add(new Step.Systemctl(Step.UnitVerb.START, app.service()));
    restart.addAll(web.proof(ports));
    declarations.add(
        new Handler(
            AppResources.restartOf(app.socketUnit()),
            Phase.INSTANCES,
            restart,
            List.of(AppResources.restartOf(app.service()), checkOf(app)),
            app.name(),
            List.of(rehearsal(app)),
            Optional.of(diverted(web, restart, address))));
  }

  private void declareService(
      ServingProcess web, List<Step> restart, Handler.Seamless alternative) {
    App app = web.app();
    declarations.add(
        new Handler(checkOf(app), Phase.INSTANCES, web.proof(ports), List.of(), app.name()));
    declarations.add(
        new Handler(
            AppResources.restartOf(app.service()),
            Phase.INSTANCES,
            restart,
            List.of(checkOf(app)),
            app.name(),
            List.of(rehearsal(app)),
            Optional.of(alternative)));
  }

  // systemd holds the socket. Its path can lead elsewhere meanwhile, but not a port.
  private Handler.Seamless inPlace(ServingProcess web, List<Step> restart, String address)
      throws HostException, TemplateException {
    return address.startsWith(UNIX) ? led(web, restart, address) : diverted(web, restart, address);
  }

  private Handler.Seamless diverted(ServingProcess web, List<Step> restart, String address)
      throws HostException, TemplateException {
    return web.app().isVisited() ? seamless(web, restart, address) : rehearsed(web.app(), restart);
  }

  /**
   * Declares the restart of a web process that makes its socket itself. Nothing holds the socket
   * meanwhile, so nginx leads requests around it.
   */
  void declareDiverted(ServingProcess web) throws HostException, TemplateException {
    String address = web.address(ports);
    List<Step> restart = new ArrayList<>(restart(web));
    restart.add(new Step.RemoveOldSockets(web.app().name(), address));
    declareService(web, restart, diverted(web, restart, address));
  }

  /** Returns the id of the handler that only checks the health of an app. */
  private static String checkOf(App app) {
    return Handler.CHECK + app.name();
  }

  /**
   * Returns the standby instance of an app's web process.
   *
   * @param address where the app listens
   * @param home the tree that the app will run from
   * @param venv the virtualenv that the app will run in
   * @param environment the texts of its environment files
   * @param listener how the web process gets its address
   */
  static Step.StandbyInstance standby(
      App app,
      String address,
      String home,
      String venv,
      List<Content> environment,
      Listener listener) {
    StringBuilder all = new StringBuilder(home + "\n" + venv + "\n" + app.web().identity());
    all.append('\n').append(app.user()).append('\n').append(app.group());
    environment.forEach(text -> all.append('\n').append(text.text()));
    if (listener.standbyPort() > 0) {
      all.append('\n').append(listener.standbyPort());
    }
    SortedMap<String, String> trees = new TreeMap<>();
    trees.put(app.directory(), home);
    if (!app.venv().isOff()) {
      trees.put(app.venv().directory(), venv);
    }
    return new Step.StandbyInstance(
        Step.StandbyInstance.nameOf(app.name(), Digest.of(all.toString()).hex().substring(0, 8)),
        new AppSandbox(app.name(), app.mainUnit(), trees, address, listener));
  }

  private Step.Probe probe(App app) {
    return app.probe(standby.service(), standby.address());
  }

  // The new revision must answer on a socket of its own before reconcile touches the one that
  // serves: a restart into broken code would reject every request.
  private Step rehearsal(App app) {
    return new Step.Rehearse(standby, probe(app));
  }

  private Handler.Seamless rehearsed(App app, List<Step> restart) {
    List<PhasedStep> actions = new ArrayList<>();
    actions.add(new PhasedStep(Phase.REHEARSE, rehearsal(app)));
    restart.forEach(step -> actions.add(new PhasedStep(Phase.INSTANCES, step)));
    return new Handler.Seamless(app.service(), actions, List.of());
  }

  // The path of the socket leads to the standby instance while the service restarts. That instance
  // has proved itself, so no request waits for the restart or for a connection that stays open.
  private Handler.Seamless led(ServingProcess web, List<Step> restart, String address) {
    App app = web.app();
    String path = address.substring(UNIX.length());
    int limit = web.stopSeconds();
    List<PhasedStep> actions = new ArrayList<>();
    actions.add(new PhasedStep(Phase.REHEARSE, new Step.StandIn(standby, probe(app))));
    actions.add(new PhasedStep(Phase.LEAD, new Step.LeadSocket(standby, path)));
    actions.add(new PhasedStep(Phase.INSTANCES, drain(app, address, limit, true)));
    restart.forEach(step -> actions.add(new PhasedStep(Phase.INSTANCES, step)));
    actions.add(new PhasedStep(Phase.INSTANCES, new Step.LeadBack(standby, path)));
    actions.add(new PhasedStep(Phase.STOP_INSTANCES, drain(app, standby.address(), limit, true)));
    actions.add(new PhasedStep(Phase.STOP_INSTANCES, new Step.StopStandby(app.name())));
    return new Handler.Seamless(app.service(), actions, List.of());
  }

  // The final site is written back as soon as nginx has read the diversions of all apps, so that
  // any later reload or reboot gets the final site.
  private Handler.Seamless seamless(ServingProcess web, List<Step> restart, String address)
      throws HostException, TemplateException {
    App app = web.app();
    int limit = web.stopSeconds();
    List<PhasedStep> actions = new ArrayList<>();
    actions.add(new PhasedStep(Phase.REHEARSE, new Step.StartStandby(standby)));
    actions.add(new PhasedStep(Phase.REHEARSE, new Step.AwaitHealth(probe(app))));
    site.apply(standby.address())
        .forEach((path, text) -> actions.add(new PhasedStep(Phase.DIVERT, write(path, text))));
    if (app.site().isPresent()) {
      Step link = new Step.WriteLink(app.layout().siteLink(), app.layout().site());
      actions.add(new PhasedStep(Phase.DIVERT, link));
    }
    actions.add(new PhasedStep(Phase.DIVERT_NGINX, new Step.TestNginx()));
    actions.add(new PhasedStep(Phase.DIVERT_NGINX, new Step.ReloadNginx()));
    site.apply(address)
        .forEach((path, text) -> actions.add(new PhasedStep(Phase.DIVERTED, write(path, text))));
    actions.add(new PhasedStep(Phase.DIVERTED, new Step.DrainNginx()));
    actions.add(new PhasedStep(Phase.INSTANCES, drain(app, address, limit, false)));
    restart.forEach(step -> actions.add(new PhasedStep(Phase.INSTANCES, step)));
    actions.add(new PhasedStep(Phase.STOP_INSTANCES, new Step.DrainNginx()));
    actions.add(new PhasedStep(Phase.STOP_INSTANCES, drain(app, standby.address(), limit, false)));
    actions.add(new PhasedStep(Phase.STOP_INSTANCES, new Step.StopStandby(app.name())));
    return new Handler.Seamless(app.service(), actions, List.of(SharedResources.RELOAD_NGINX));
  }

  private static Step drain(App app, String address, int seconds, boolean ifLed) {
    return new Step.DrainAddress(app.name(), address, seconds, ifLed);
  }

  private static Step write(String path, String text) {
    return new Step.WriteFile(path, Content.of(text), FileAttributes.root(0644));
  }
}
