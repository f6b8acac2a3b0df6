package dev.reconcile.model;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every name and path on a host that derives from an app's name, and the folders that hold those of
 * all apps.
 *
 * <p>Invariant: no other class spells one of them; {@code StringLiteralsTest} holds that.
 *
 * @param app the app's name
 */
public record Layout(String app) {
  /** Who nginx's workers run as on Debian and Ubuntu, and apps that name no other user. */
  public static final String WEB_USER = "www-data";

  /** Where unit files of the host's own lie. */
  public static final String UNIT_FILES = "/etc/systemd/system";

  /** The target that starts every app. */
  public static final String TARGET = "gunicorn.target";

  /** The template of the web processes' services. */
  public static final String SERVICE_TEMPLATE = "gunicorn@.service";

  /** The template of the web processes' socket units. */
  public static final String SOCKET_TEMPLATE = "gunicorn@.socket";

  /** The templates of all units that belong to apps: each app has an instance of each. */
  public static final List<String> TEMPLATES = List.of(SERVICE_TEMPLATE, SOCKET_TEMPLATE);

  /** What {@code systemctl} calls all services that run an app. */
  public static final List<String> SERVICE_PATTERNS = List.of("gunicorn@*.service");

  /** What {@code systemctl} calls all units of apps, of each of {@link #TEMPLATES}. */
  public static final List<String> UNIT_PATTERNS =
      List.of("gunicorn@*.service", "gunicorn@*.socket");

  /** Where the environment files of apps lie. */
  public static final String ENVIRONMENTS = "/etc/gunicorn";

  /** Where apps may keep data. */
  public static final String DATA = "/var/lib/gunicorn";

  /** Where the folders of apps' logs lie. */
  public static final String LOGS = "/var/log/gunicorn";

  /** logrotate's rule for them. */
  public static final String LOG_ROTATION = "/etc/logrotate.d/gunicorn";

  /** Where the links to apps' code lie. */
  public static final String CODE = "/usr/share/nginx";

  /** Where source trees are kept; traversable for everyone, because apps run from it. */
  public static final String CHECKOUTS = "/var/lib/reconcile/checkouts";

  /** Where virtualenvs are kept; traversable for everyone, because apps run from it. */
  public static final String VENVS = "/var/lib/reconcile/venvs";

  /** Where reconcile's own certificates lie. */
  public static final String CERTIFICATES = "/etc/reconcile/tls";

  /** The folder of the sites' files, each named after its app. */
  public static final String SITES = "/etc/nginx/sites-available";

  /** The folder of the links that nginx reads, each named after its app. */
  public static final String SITE_LINKS = "/etc/nginx/sites-enabled";

  private static final String ENVIRONMENT_ENDING = ".env";
  private static final String SECRETS_ENDING = ".secrets.env";

  // ---- units

  /** Whether a unit is one of apps, or a template of theirs. */
  public static boolean isOfApps(String unit) {
    for (String template : TEMPLATES) {
      if (unit.startsWith(template.substring(0, template.indexOf('@') + 1))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The inverse of the names of units.
   *
   * @param unit a unit's whole name
   * @return the app that it belongs to; empty if it is no instance of {@link #TEMPLATES}
   */
  public static Optional<String> appOf(String unit) {
    return UnitFilePath.templateOf(unit)
        .filter(TEMPLATES::contains)
        .map(template -> unit.substring(template.indexOf('@') + 1, unit.lastIndexOf('.')))
        .filter(app -> !app.contains("@"));
  }

  /** The app's instance of one of {@link #TEMPLATES}. */
  public String instanceOf(String template) {
    return template.replace("@.", "@" + app + ".");
  }

  /** The service of its web process. */
  public String service() {
    return instanceOf(SERVICE_TEMPLATE);
  }

  /** The unit of its web process' socket. */
  public String socketUnit() {
    return instanceOf(SOCKET_TEMPLATE);
  }

  /** The folder of drop-ins of a unit. */
  public static String dropIns(String unit) {
    return UNIT_FILES + "/" + unit + ".d/";
  }

  /** The link by which the target starts a unit. */
  public static String enablement(String unit) {
    return UNIT_FILES + "/" + TARGET + ".wants/" + unit;
  }

  /** The folder that systemd makes for its web process while it runs, as a name in {@code /run}. */
  public String runtimeFolder() {
    return "gunicorn-" + app;
  }

  // ---- where it listens

  /** Its socket's path. */
  public String socket() {
    return "/run/" + app + "_gunicorn.sock";
  }

  /** Its socket's path, if that has a number of the pool. */
  public String socket(int number) {
    return numberedSocket(Integer.toString(number));
  }

  /** Its socket's path with something in the number's place. */
  public String numberedSocket(String number) {
    return "/run/" + app + "_gunicorn-" + number + ".sock";
  }

  /** Whether a path is one that {@link #socket} has, with any number or without. */
  public boolean isSocket(String path) {
    return path.matches(Pattern.quote("/run/" + app + "_gunicorn") + "(-[0-9]+)?\\.sock");
  }

  // ---- files

  /** The file of its settings and variables. */
  public String environment() {
    return ENVIRONMENTS + "/" + app + ENVIRONMENT_ENDING;
  }

  /** The file of its secrets. */
  public String secrets() {
    return ENVIRONMENTS + "/" + app + SECRETS_ENDING;
  }

  /** Whether an environment file is one of secrets. */
  public static boolean isOfSecrets(String file) {
    return file.endsWith(SECRETS_ENDING);
  }

  /**
   * The app that has an environment file.
   *
   * @param file a name in {@link #ENVIRONMENTS}
   * @return empty for a file of secrets, and what is no environment file
   */
  public static Optional<String> appOfEnvironment(String file) {
    return file.endsWith(ENVIRONMENT_ENDING) && !isOfSecrets(file)
        ? Optional.of(file.substring(0, file.length() - ENVIRONMENT_ENDING.length()))
        : Optional.empty();
  }

  /** Its code, unless it names a directory. */
  public String code() {
    return CODE + "/" + app;
  }

  /** The directory of its source trees, one named after each revision. */
  public String checkouts() {
    return CHECKOUTS + "/" + app;
  }

  /** Its virtualenv, unless it names a directory. */
  public String venv() {
    return "/opt/py_envs/" + app;
  }

  /** The directory of its virtualenvs, one for each content. */
  public String venvs() {
    return VENVS + "/" + app;
  }

  /** The folder of its logs. */
  public String logs() {
    return LOGS + "/" + app;
  }

  /** gunicorn's access log, unless it names one. */
  public String accessLog() {
    return logs() + "/access.log";
  }

  /** gunicorn's error log, unless it names one. */
  public String errorLog() {
    return logs() + "/error.log";
  }

  /** nginx's file of its site. */
  public String site() {
    return SITES + "/" + app;
  }

  /** What nginx reads of it, a link to the file. */
  public String siteLink() {
    return SITE_LINKS + "/" + app;
  }

  /** What its site says outside of its server. */
  public String siteHttp() {
    return "/etc/nginx/conf.d/reconcile-http-" + app + ".conf";
  }

  /** The folder of its self-signed certificate, with the key. */
  public String selfSigned() {
    return CERTIFICATES + "/" + app;
  }
}
