// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names and paths on a host that derive from an app's name, and the folders that hold the files
 * of all apps.
 *
 * <p>Invariant: no other class spells out any of them; {@code StringLiteralsTest} checks this.
 *
 * @param app the app's name
 */
public record Layout(String app) {
  /** The user of nginx's workers on Debian and Ubuntu, and of apps that set no user. */
  public static final String WEB_USER = "www-data";

  /** The folder of the host's own unit files. */
  public static final String UNIT_FILES = "/etc/systemd/system";

  /**
   * The folder of unit files that do not outlive a reboot (systemd.unit(5), "Unit File Load Path").
   */
  public static final String RUNTIME_UNITS = "/run/systemd/system";

  /** The target that starts every app. */
  public static final String TARGET = "gunicorn.target";

  /** The template of the web processes' services. */
  public static final String SERVICE_TEMPLATE = "gunicorn@.service";

  /** The template of the web processes' socket units. */
  public static final String SOCKET_TEMPLATE = "gunicorn@.socket";

  /** The template of the services of background processes. */
  public static final String PROCESS_TEMPLATE = "gunicorn-process@.service";

  /** The template of the services that run schedules. */
  public static final String SCHEDULE_TEMPLATE = "gunicorn-schedule@.service";

  /** The template of the timers of schedules. */
  public static final String TIMER_TEMPLATE = "gunicorn-schedule@.timer";

  /** The {@code systemctl} patterns of all units of schedules. */
  public static final List<String> SCHEDULE_PATTERNS =
      List.of("gunicorn-schedule@*.service", "gunicorn-schedule@*.timer");

  /** The templates of the web processes' units: each app has an instance of each. */
  public static final List<String> TEMPLATES = List.of(SERVICE_TEMPLATE, SOCKET_TEMPLATE);

  /** The templates of all units of apps. */
  public static final List<String> ALL_TEMPLATES =
      List.of(
          SERVICE_TEMPLATE, SOCKET_TEMPLATE, PROCESS_TEMPLATE, SCHEDULE_TEMPLATE, TIMER_TEMPLATE);

  /** The {@code systemctl} patterns of all services that run an app. */
  public static final List<String> SERVICE_PATTERNS =
      List.of("gunicorn@*.service", "gunicorn-process@*.service");

  /**
   * The {@code systemctl} patterns of all units of apps that should run all the time. A service of
   * a schedule is no such unit.
   */
  public static final List<String> UNIT_PATTERNS =
      List.of(
          "gunicorn@*.service",
          "gunicorn@*.socket",
          "gunicorn-process@*.service",
          "gunicorn-schedule@*.timer");

  /** The folder of the links to the units that {@link #TARGET} starts. */
  public static final String ENABLED = UNIT_FILES + "/" + TARGET + ".wants";

  /** The folder of the apps' environment files. */
  public static final String ENVIRONMENTS = "/etc/gunicorn";

  /** The folder in which the schedules record their last runs. */
  public static final String LAST_RUNS = "/var/lib/gunicorn-schedule";

  /** The folder of the apps' data. */
  public static final String DATA = "/var/lib/gunicorn";

  /** The folder of the apps' log folders. */
  public static final String LOGS = "/var/log/gunicorn";

  /** The logrotate rule for the apps' logs. */
  public static final String LOG_ROTATION = "/etc/logrotate.d/gunicorn";

  /** The folder of the links to the apps' code. */
  public static final String CODE = "/usr/share/nginx";

  /** The folder of source trees; everyone can traverse it, because apps run from it. */
  public static final String CHECKOUTS = "/var/lib/reconcile/checkouts";

  /**
   * The folder of the links to the trees of earlier revisions, each named after its app. nginx
   * serves static files from there that the present revision does not have.
   */
  public static final String EARLIER = "/var/lib/reconcile/earlier";

  /** The folder of virtualenvs; everyone can traverse it, because apps run from it. */
  public static final String VENVS = "/var/lib/reconcile/venvs";

  /** The folder of reconcile's own certificates. */
  public static final String CERTIFICATES = "/etc/reconcile/tls";

  /** The beginning of the name of the upstream by which a balancer serves an app. */
  public static final String UPSTREAM = "reconcile_";

  /** The folder of the sites' files, each named after its app. */
  public static final String SITES = "/etc/nginx/sites-available";

  /** The folder of the links that nginx reads, each named after its app. */
  public static final String SITE_LINKS = "/etc/nginx/sites-enabled";

  /** The folder of the files that sites include: for each app with mounts, a folder. */
  private static final String MOUNTS = "/etc/nginx/reconcile";

  /** The prefix of the units of all standby instances, of any version of reconcile. */
  public static final String STANDBY = "reconcile-bridge-";

  /** The {@code systemctl} pattern of the units of all standby instances. */
  public static final String STANDBY_PATTERN = STANDBY + "*";

  /**
   * The prefix of the names in {@code /run} that lead to an app's own socket while the socket's
   * path leads to a standby instance.
   */
  public static final String KEPT = "reconcile-kept-";

  /** The prefix of the units of all release steps. */
  public static final String RELEASE = "reconcile-release-";

  /** The prefix of the units that keep an app stopped for a step of a run. */
  public static final String HOLD = "reconcile-hold-";

  /** The prefix of the units of commands that a person runs in an app's sandbox. */
  public static final String RUN = "reconcile-run-";

  private static final String NGINX = "/etc/nginx/";

  /** The folder of sockets. */
  public static final String RUN_FOLDER = "/run/";

  private static final Pattern SOCKET =
      Pattern.compile("/(?:var/)?run/([^/]+?)_gunicorn(?:-[0-9]+)?\\.sock");

  private static final String ENVIRONMENT_ENDING = ".env";
  private static final String SECRETS_ENDING = ".secrets.env";

  // ---- units

  /** Tells whether a unit belongs to an app, or is a template of such units. */
  public static boolean isOfApps(String unit) {
    for (String template : ALL_TEMPLATES) {
      if (unit.startsWith(template.substring(0, template.indexOf('@') + 1))) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the app of a unit; the inverse of {@link #instanceOf} and {@link #process}.
   *
   * @param unit a unit's full name
   * @return the app; empty if the unit is no instance of {@link #ALL_TEMPLATES}
   */
  public static Optional<String> appOf(String unit) {
    return UnitFilePath.templateOf(unit)
        .filter(ALL_TEMPLATES::contains)
        .map(template -> unit.substring(template.indexOf('@') + 1, unit.lastIndexOf('.')))
        .map(instance -> isNamed(unit) ? instance.replaceFirst("\\..*", "") : instance)
        .filter(app -> !app.contains("@"));
  }

  /** Tells whether a unit runs a background process of an app. */
  public static boolean isProcess(String unit) {
    return isOf(PROCESS_TEMPLATE, unit);
  }

  /** Tells whether a unit is named after an app and a process or schedule of it. */
  public static boolean isNamed(String unit) {
    return isProcess(unit) || isSchedule(unit) || isTimer(unit);
  }

  /**
   * Returns the service of an instance of a background process. No two apps can have the same,
   * because an app's name has no dot.
   *
   * @param name the name of the process
   * @param number the number of the instance, from 1
   */
  public String process(String name, int number) {
    return PROCESS_TEMPLATE.replace("@.", "@%s.%s.%d.".formatted(app, name, number));
  }

  /** Tells whether a unit is the service of a schedule. */
  public static boolean isSchedule(String unit) {
    return isOf(SCHEDULE_TEMPLATE, unit);
  }

  /** Tells whether a unit is the timer of a schedule. */
  public static boolean isTimer(String unit) {
    return isOf(TIMER_TEMPLATE, unit);
  }

  private static boolean isOf(String template, String unit) {
    int at = template.indexOf('@') + 1;
    return unit.startsWith(template.substring(0, at)) && unit.endsWith(template.substring(at));
  }

  /**
   * Returns the service of a schedule. No two apps can have the same, because an app's name has no
   * dot.
   */
  public String schedule(String name) {
    return SCHEDULE_TEMPLATE.replace("@.", "@%s.%s.".formatted(app, name));
  }

  /** Returns the file in which the service of a schedule records its last run. */
  public String lastRun(String name) {
    return LAST_RUNS + "/" + app + "." + name + "/last";
  }

  /** Returns the directory in which the service that a timer starts records its last run. */
  public static String lastRunOf(String timer) {
    return LAST_RUNS + "/" + timer.substring(timer.indexOf('@') + 1, timer.lastIndexOf('.'));
  }

  /** Returns the timer of a schedule. */
  public String timer(String name) {
    return TIMER_TEMPLATE.replace("@.", "@%s.%s.".formatted(app, name));
  }

  /** Returns the service that a timer of a schedule starts. */
  public static String scheduleOf(String timer) {
    return timer.substring(0, timer.lastIndexOf('.')) + ".service";
  }

  /**
   * Returns what a unit is named after within its app: the name of a schedule, or name and number
   * of an instance of a process.
   *
   * @param unit one for which {@link #isNamed} is true
   */
  public static String nameInApp(String unit) {
    return unit.substring(unit.indexOf('.') + 1, unit.lastIndexOf('.'));
  }

  /** Returns the file whose time is that of the last run of a persistent timer (systemd). */
  public static String stampOf(String timer) {
    return "/var/lib/systemd/timers/stamp-" + timer;
  }

  /** Returns the app's instance of one of {@link #TEMPLATES}. */
  public String instanceOf(String template) {
    return template.replace("@.", "@" + app + ".");
  }

  /** Returns the service of its web process. */
  public String service() {
    return instanceOf(SERVICE_TEMPLATE);
  }

  /** Returns the socket unit of its web process. */
  public String socketUnit() {
    return instanceOf(SOCKET_TEMPLATE);
  }

  /** Returns the {@code systemctl} pattern of its background processes. */
  public String processes() {
    return PROCESS_TEMPLATE.replace("@.", "@" + app + ".*.");
  }

  /** Returns the folder of a unit's drop-ins. */
  public static String dropIns(String unit) {
    return UNIT_FILES + "/" + unit + ".d/";
  }

  /** Returns the link that makes the target start a unit. */
  public static String enablement(String unit) {
    return ENABLED + "/" + unit;
  }

  /**
   * Returns the name in {@code /run} of the folder that systemd creates while its web process runs.
   */
  public String runtimeFolder() {
    return "gunicorn-" + app;
  }

  // ---- where it listens

  /** Returns the path of its socket. */
  public String socket() {
    return "/run/" + app + "_gunicorn.sock";
  }

  /** Returns the path of the socket that a server other than gunicorn makes itself. */
  public String ownSocket() {
    return "/run/" + runtimeFolder() + "/" + Listener.SOCKET;
  }

  /** Returns the path of its socket with a number of the pool. */
  public String socket(int number) {
    return numberedSocket(Integer.toString(number));
  }

  /** Returns the path of its socket with a text, such as a wildcard, in place of the number. */
  public String numberedSocket(String number) {
    return "/run/" + app + "_gunicorn-" + number + ".sock";
  }

  /**
   * Returns the port of an address at which an app listens.
   *
   * @param address {@code HOST:PORT} or {@code unix:PATH}
   * @return 0 if it is a path
   */
  public static int portOf(String address) {
    return address.startsWith("unix:")
        ? 0
        : Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Returns the path that leads to the socket at a path while that leads to another instance. */
  public static String keptSocket(String path) {
    return RUN_FOLDER + KEPT + path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Returns the path of the socket that a kept name leads to; the inverse of {@link #keptSocket}.
   *
   * @param name a name in {@code /run}
   * @return empty if it is no kept name
   */
  public static Optional<String> socketOfKept(String name) {
    return name.startsWith(KEPT)
        ? Optional.of(RUN_FOLDER + name.substring(KEPT.length()))
        : Optional.empty();
  }

  /** Tells whether a path is one of its sockets, with any number or without. */
  public boolean isSocket(String path) {
    return path.matches(Pattern.quote("/run/" + app + "_gunicorn") + "(-[0-9]+)?\\.sock");
  }

  /**
   * Returns the app of a socket's path; the inverse of {@link #socket}.
   *
   * @param path a path, also below {@code /var/run}, which Debian links to {@code /run}
   * @return empty if no app's socket can have this path
   */
  public static Optional<String> appOfSocket(String path) {
    Matcher socket = SOCKET.matcher(path);
    return socket.matches() ? Optional.of(String.valueOf(socket.group(1))) : Optional.empty();
  }

  // ---- files

  /** Returns the file of its settings and variables. */
  public String environment() {
    return ENVIRONMENTS + "/" + app + ENVIRONMENT_ENDING;
  }

  /** Returns the file of its secrets. */
  public String secrets() {
    return ENVIRONMENTS + "/" + app + SECRETS_ENDING;
  }

  /** Returns the file of the variables of a background process alone. */
  public String processEnvironment(String name) {
    return ENVIRONMENTS + "/" + app + "." + name + ".process" + ENVIRONMENT_ENDING;
  }

  /** Returns the file of the revision and the variables of a schedule. */
  public String scheduleEnvironment(String name) {
    return ENVIRONMENTS + "/" + app + "." + name + ".schedule" + ENVIRONMENT_ENDING;
  }

  /** Tells whether an environment file holds secrets. */
  public static boolean isOfSecrets(String file) {
    return file.endsWith(SECRETS_ENDING);
  }

  /**
   * Returns the app of an environment file.
   *
   * @param file a name in {@link #ENVIRONMENTS}
   * @return empty for a file of secrets, for one of a background process, and for any other file
   */
  public static Optional<String> appOfEnvironment(String file) {
    return Optional.of(file)
        .filter(name -> name.endsWith(ENVIRONMENT_ENDING) && !isOfSecrets(name))
        .map(name -> name.substring(0, name.length() - ENVIRONMENT_ENDING.length()))
        .filter(app -> !app.endsWith(".process") && !app.endsWith(".schedule"));
  }

  /** Returns the default path of its code. */
  public String code() {
    return CODE + "/" + app;
  }

  /** Returns the directory of its source trees, which are named after their revisions. */
  public String checkouts() {
    return CHECKOUTS + "/" + app;
  }

  /** Returns the link to the source tree of its earlier revision, if it has build steps. */
  public String earlier() {
    return EARLIER + "/" + app;
  }

  /** Returns the default path of its virtualenv. */
  public String venv() {
    return "/opt/py_envs/" + app;
  }

  /** Returns the directory of its virtualenvs, one for each content. */
  public String venvs() {
    return VENVS + "/" + app;
  }

  /** Returns the folder of its data folders. */
  public String data() {
    return DATA + "/" + app;
  }

  /** Returns the folder of its logs. */
  public String logs() {
    return LOGS + "/" + app;
  }

  /** Returns the default path of gunicorn's access log. */
  public String accessLog() {
    return logs() + "/access.log";
  }

  /** Returns the default path of gunicorn's error log. */
  public String errorLog() {
    return logs() + "/error.log";
  }

  /** Returns nginx's file of its site. */
  public String site() {
    return SITES + "/" + app;
  }

  /** Returns the link to that file, which nginx reads. */
  public String siteLink() {
    return SITE_LINKS + "/" + app;
  }

  /** Returns that link relative to nginx's folder. */
  public String relativeSiteLink() {
    return siteLink().substring(NGINX.length());
  }

  /** Returns the file with the parts of its site that stand outside of its server block. */
  public String siteHttp() {
    return NGINX + "conf.d/reconcile-http-" + app + ".conf";
  }

  /** Returns the folder with the files of other apps that have a path of its site. */
  public String mounts() {
    return MOUNTS + "/" + app;
  }

  /** Returns the folder of the mounts that have a file; empty if the path is no file of a mount. */
  public static Optional<String> folderOfMount(String path) {
    int slash = path.lastIndexOf('/');
    return path.startsWith(MOUNTS + "/") && slash > MOUNTS.length()
        ? Optional.of(path.substring(0, slash))
        : Optional.empty();
  }

  /** Returns the folder of its self-signed certificate and key. */
  public String selfSigned() {
    return CERTIFICATES + "/" + app;
  }
}
