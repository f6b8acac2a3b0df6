package dev.reconcile.app;

import dev.reconcile.model.Content;
import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Step;
import dev.reconcile.model.VisitorCheck;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One Flask app as its file declares it, every default filled in and every value checked.
 *
 * @param name names everything of the app on the host
 * @param origin the app's file
 * @param source where its code comes from
 * @param directory where its code is on the host
 * @param user who runs it
 * @param group likewise
 * @param venv its virtualenv
 * @param gunicorn how it is served
 * @param env environment variables
 * @param secrets environment variable to the host file that holds its value
 * @param health what counts as working
 * @param site its nginx site, if it has one
 */
public record App(
    String name,
    Origin origin,
    Source source,
    String directory,
    String user,
    String group,
    Venv venv,
    Gunicorn gunicorn,
    Map<String, String> env,
    Map<String, Secret> secrets,
    Health health,
    Optional<Site> site) {
  public App {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
  }

  /** Where an app's code comes from. */
  public sealed interface Source {
    /** Where it was declared. */
    Origin origin();

    /** The host's file with the ssh key for it and its requirements; empty if it has none. */
    String key();

    /** A repository of its own. */
    record Git(String url, String ref, String key, Origin origin) implements Source {}

    /** A folder of the desired-state repo; {@code .} is all of it. */
    record Folder(String folder, String key, Origin origin) implements Source {}

    /** A directory of the host that someone else looks after. */
    record Existing(String path, String key, Origin origin) implements Source {}
  }

  /**
   * A virtualenv.
   *
   * @param directory where it is
   * @param python the interpreter's name or path
   * @param requirements path of the requirements file in the source, or in the repo of the list
   * @param required whether that file was asked for, so that its absence is a mistake
   * @param list that file, if it is one of the desired-state repo
   * @param origin where it was declared
   */
  public record Venv(
      String directory,
      String python,
      String requirements,
      boolean required,
      Optional<Content> list,
      Origin origin) {}

  /**
   * How gunicorn serves the app.
   *
   * @param app module:callable
   * @param workers number of worker processes, from 1
   * @param bind what it listens on
   * @param number its port or suffix; 0 if it needs none or has none yet
   * @param accessLog path, empty for none
   * @param errorLog path, empty for systemd's journal
   * @param options further settings by gunicorn's own names, each {@link
   *     GunicornSetting#isOption()}; several values of one each on a line
   * @param given the keys that the desired state has
   */
  public record Gunicorn(
      String app,
      int workers,
      Bind bind,
      int number,
      String accessLog,
      String errorLog,
      Map<String, String> options,
      Set<String> given) {
    /** Most seconds that an app has to stop. */
    static final int LONGEST_STOP = 120;

    private static final int USUAL_STOP = 30;

    public Gunicorn {
      options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
      given = Set.copyOf(given);
    }

    /** How many seconds gunicorn gives requests to end before it stops. */
    int stopSeconds() {
      return Stream.of("graceful_timeout", "dirty_graceful_timeout")
          .mapToInt(name -> Integer.parseInt(options.getOrDefault(name, "0")))
          .max()
          .orElse(0);
    }

    /** The unit's TimeoutStopSec, if what the template says would end gunicorn too early. */
    String stopTimeout() {
      int seconds = stopSeconds();
      return seconds > USUAL_STOP ? Math.min(seconds, LONGEST_STOP) + 5 + "s" : "";
    }
  }

  /** What an app listens on. */
  public enum Bind {
    /** A unix socket named after the app. */
    SOCKET,
    /** A TCP port of the loopback interface. */
    PORT,
    /** A unix socket named after the app and its number. */
    SOCKET_SUFFIX
  }

  /** A secret's file on the host and where it was declared. */
  public record Secret(String path, Origin origin) {}

  /** What counts as working: the status of an answer, within a time. */
  public record Health(String path, int least, int most, Duration timeout) {}

  /**
   * An nginx site.
   *
   * @param serverNames the names it answers to, at least one
   * @param redirect what plain http answers, if it redirects
   * @param tls the certificate, if it has one
   * @param maxBodySize nginx's client_max_body_size, empty for nginx's own
   * @param keepaliveTimeout likewise
   * @param methods methods that are allowed; empty for all
   * @param root likewise
   * @param accessLogs path and optional format
   * @param errorLog path, empty for nginx's own
   * @param statics what nginx serves from directories
   * @param proxyBufferSize nginx's proxy_buffer_size, empty for nginx's own
   * @param extra raw lines for the server block
   * @param http raw lines for the http block, in a file of their own
   * @param template the template's file name
   * @param given the keys that the desired state has, and where
   * @param origin where it was declared
   */
  public record Site(
      List<String> serverNames,
      Optional<Redirect> redirect,
      Optional<Tls> tls,
      String maxBodySize,
      String keepaliveTimeout,
      List<String> methods,
      String root,
      List<AccessLog> accessLogs,
      String errorLog,
      List<Static> statics,
      String proxyBufferSize,
      String extra,
      String http,
      String template,
      Map<String, Origin> given,
      Origin origin) {
    public Site {
      serverNames = List.copyOf(serverNames);
      methods = List.copyOf(methods);
      accessLogs = List.copyOf(accessLogs);
      statics = List.copyOf(statics);
      given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
    }

    /** Where a key's value is; where the site is if the key is not there. */
    Origin origin(String key) {
      return given.getOrDefault(key, origin);
    }

    /** A name that a visitor may ask for, as nginx hands it on; a pattern's star is filled in. */
    String visitedName() {
      String name =
          serverNames.stream()
              .filter(one -> !one.contains("*") && !one.equals("_"))
              .findFirst()
              .orElse(serverNames.getFirst());
      return name.equals("_")
          ? "localhost"
          : name.replace("*.", "www.").replace(".*", ".com").toLowerCase(Locale.ROOT);
    }

    private static final Pattern LISTEN_SSL =
        Pattern.compile("(?<![\\w$])listen\\s[^;{}]*\\bssl\\b[^;{}]*;");

    /** The same site with another certificate; without one it does not lead to https. */
    Site withTls(Optional<Tls> other) {
      // nginx refuses to listen for https without any
      String plain = other.isPresent() ? extra : LISTEN_SSL.matcher(extra).replaceAll("");
      return new Site(
          serverNames,
          other.isEmpty() ? Optional.empty() : redirect,
          other,
          maxBodySize,
          keepaliveTimeout,
          methods,
          root,
          accessLogs,
          errorLog,
          statics,
          proxyBufferSize,
          plain,
          http,
          template,
          given,
          origin);
    }
  }

  /**
   * What nginx serves itself.
   *
   * <p>Invariant: a prefix of a folder ends with a slash, and so does the folder. nginx puts what
   * follows the prefix behind the folder as it is, so that with one slash alone {@code /static../x}
   * would be a file beside the folder.
   *
   * @param location nginx's words for the location: a prefix, or {@code =} and a path
   * @param path the folder, or the file
   */
  public record Static(String location, String path) {}

  /** A certificate and its key, as paths on the host, and who issues it. */
  public record Tls(String certificate, String key, Issuer issuer, Origin origin) {
    /** Where the self-signed certificate of an app lies, with its key. */
    static String selfSigned(String app) {
      return new Layout(app).selfSigned();
    }
  }

  /** Who issues a certificate. */
  public sealed interface Issuer {
    /** Somebody whose business it is: the files must be there. */
    record Given() implements Issuer {}

    /** The key that belongs to it. */
    record Itself() implements Issuer {}

    /**
     * An ACME server (RFC 8555), by certbot.
     *
     * @param email whom it can reach
     * @param server the address of its directory
     */
    record Acme(String email, String server) implements Issuer {}
  }

  /** An access log; an empty format is nginx's own. */
  public record AccessLog(String path, String format) {
    /** None at all. */
    static final AccessLog OFF = new AccessLog("off", "");
  }

  /** Its names and paths on the host. */
  public Layout layout() {
    return new Layout(name);
  }

  /** What runs of it, the web process first. */
  public List<AppProcess> processes() {
    return List.of(new AppProcess.Gunicorn(this));
  }

  /** The instance of the service template. */
  public String service() {
    return layout().service();
  }

  /** The instance of the socket template. */
  public String socketUnit() {
    return layout().socketUnit();
  }

  /** Whether its certificate comes from an ACME server, which asks its site for proof. */
  boolean usesAcme() {
    return site.flatMap(Site::tls).stream().anyMatch(tls -> tls.issuer() instanceof Issuer.Acme);
  }

  /** Whether it needs a number of the pool. */
  public boolean needsNumber() {
    return gunicorn.bind() != Bind.SOCKET;
  }

  /** The same app with the number it was given. */
  public App withNumber(int number) {
    Gunicorn numbered =
        new Gunicorn(
            gunicorn.app(),
            gunicorn.workers(),
            gunicorn.bind(),
            number,
            gunicorn.accessLog(),
            gunicorn.errorLog(),
            gunicorn.options(),
            gunicorn.given());
    return new App(
        name, origin, source, directory, user, group, venv, numbered, env, secrets, health, site);
  }

  /**
   * Where the app listens, as nginx, the socket unit, the settings and the health check name it:
   * this one value is all they read.
   */
  public String address() {
    return switch (gunicorn.bind()) {
      case SOCKET -> "unix:" + layout().socket();
      case PORT -> "127.0.0.1:" + gunicorn.number();
      case SOCKET_SUFFIX -> "unix:" + layout().socket(gunicorn.number());
    };
  }

  /**
   * The question that it answers well if it works.
   *
   * @param unit the unit that runs it
   * @param address where it is asked
   */
  public Step.Probe probe(String unit, String address) {
    return new Step.Probe(
        unit,
        gunicorn.errorLog(),
        address,
        health.path(),
        site.map(Site::visitedName).orElse("localhost"),
        health.least(),
        health.most(),
        health.timeout());
  }

  /** Its site as visitors ask for it; empty without a site. */
  public Optional<VisitorCheck> visit() {
    Optional<VisitorCheck> visit =
        site.map(one -> VisitorCheck.of(name, probe(service(), address())));
    return usesAcme()
        ? visit.flatMap(one -> site.flatMap(Site::tls).map(tls -> one.ordering(tls.certificate())))
        : visit;
  }
}
