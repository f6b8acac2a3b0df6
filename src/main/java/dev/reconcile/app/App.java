package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
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
import java.util.stream.Stream;

/**
 * One Flask app as its file declares it, every default filled in and every value checked.
 *
 * @param name names everything of the app on the host
 * @param origin the app's file
 * @param code its code, and what that is installed into
 * @param account who runs it
 * @param environment what its processes find in their environment
 * @param gunicorn how it is served
 * @param health what counts as working
 * @param site its nginx site, if it has one
 */
public record App(
    String name,
    Origin origin,
    Code code,
    Account account,
    Environment environment,
    Gunicorn gunicorn,
    Health health,
    Optional<Site> site) {

  /**
   * The code of an app.
   *
   * @param source where it comes from
   * @param directory where it is on the host
   * @param venv its virtualenv
   */
  public record Code(Source source, String directory, Venv venv) {}

  /** The user and the group that run an app. */
  public record Account(String user, String group) {}

  /**
   * The environment of an app's processes.
   *
   * @param variables name to value
   * @param secrets name to the host file that holds the value
   */
  public record Environment(Map<String, String> variables, Map<String, Secret> secrets) {
    public Environment {
      variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
      secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
    }
  }

  /** Where its code comes from. */
  public Source source() {
    return code.source();
  }

  /** Where its code is on the host. */
  public String directory() {
    return code.directory();
  }

  /** Its virtualenv. */
  public Venv venv() {
    return code.venv();
  }

  /** Who runs it. */
  public String user() {
    return account.user();
  }

  /** The group that runs it. */
  public String group() {
    return account.group();
  }

  /** Environment variables. */
  public Map<String, String> env() {
    return environment.variables();
  }

  /** Environment variable to the host file that holds its value. */
  public Map<String, Secret> secrets() {
    return environment.secrets();
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
   * How gunicorn serves the app.
   *
   * @param app module:callable
   * @param workers number of worker processes, from 1
   * @param bind what it listens on
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
   * @param logs its log files
   * @param statics what nginx serves from directories
   * @param keys all keys that the desired state has; plain ones are read from here
   * @param origin where it was declared
   */
  public record Site(
      List<String> serverNames,
      Optional<Redirect> redirect,
      Optional<Tls> tls,
      SiteLogs logs,
      List<Static> statics,
      Table keys,
      Origin origin) {
    public Site {
      serverNames = List.copyOf(serverNames);
      statics = List.copyOf(statics);
    }

    /** The value of a plain key, or its default. */
    <T> T get(Key<T> key) {
      return keys.get(key);
    }

    /** Where a key's value is; where the site is if the key is not there. */
    Origin origin(Key<?> key) {
      return keys.has(key) ? keys.origin(key) : origin;
    }

    /** Raw lines for the server block. */
    String extra() {
      return get(SiteSection.EXTRA);
    }

    /** Raw lines for the http block, in a file of their own. */
    public String http() {
      return get(SiteSection.HTTP);
    }

    /** The template's file name. */
    String template() {
      return get(SiteSection.TEMPLATE);
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

  /**
   * Its site as visitors ask for it; empty without a site.
   *
   * @param address where the app listens
   */
  public Optional<VisitorCheck> visit(String address) {
    Optional<VisitorCheck> visit =
        site.map(one -> VisitorCheck.of(name, probe(service(), address)));
    return usesAcme()
        ? visit.flatMap(one -> site.flatMap(Site::tls).map(tls -> one.ordering(tls.certificate())))
        : visit;
  }
}
