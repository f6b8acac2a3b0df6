// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Listener;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Step;
import dev.reconcile.model.VisitorCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One Flask app as its file declares it, with every default filled in and every value checked.
 *
 * @param name the name, from which all names on the host are derived
 * @param origin the app's file
 * @param code the code and the virtualenv
 * @param account the user and group that run the app
 * @param environment the environment of the app's processes
 * @param web the server of its web process
 * @param health the answer that counts as healthy
 * @param site the nginx site, if the app has one
 * @param data the folders that outlive a revision
 * @param release the release steps, in order
 * @param background what runs besides the web process
 * @param limits the limits of the web process
 * @param mounts the paths of other apps' sites that the app answers
 */
public record App(
    String name,
    Origin origin,
    Code code,
    Account account,
    Environment environment,
    WebServer web,
    Health health,
    Optional<Site> site,
    List<DataFolder> data,
    List<ReleaseStep> release,
    Background background,
    ProcessLimits limits,
    Mounts mounts) {
  public App {
    data = List.copyOf(data);
    release = List.copyOf(release);
  }

  /**
   * The code of an app.
   *
   * @param source the origin of the code
   * @param directory the directory on the host that holds the code
   * @param venv the virtualenv
   * @param build the commands that complete the code
   */
  public record Code(Source source, String directory, Venv venv, BuildSteps build) {}

  /** The user and the group that run an app, by name or number, and where each is declared. */
  public record Account(String user, String group, Origin userOrigin, Origin groupOrigin) {}

  /**
   * The environment of an app's processes.
   *
   * @param variables variable to value
   * @param secrets variable to the host file that holds the value
   */
  public record Environment(Map<String, String> variables, Map<String, Secret> secrets) {
    public Environment {
      variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
      secrets = Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
    }
  }

  /**
   * The paths of other apps' sites that an app answers.
   *
   * @param wish the mount that the app itself declares; empty if it declares none
   * @param all all mounts, with those that the other apps declare; known when all apps are read
   */
  public record Mounts(Optional<MountSection.Wish> wish, List<Mount> all) {
    static final Mounts NONE = new Mounts(Optional.empty(), List.of());

    public Mounts {
      all = List.copyOf(all);
    }
  }

  /**
   * What an app runs besides its web process, on this host.
   *
   * @param processes the background processes
   * @param schedules the commands that run at times
   */
  public record Background(List<BackgroundProcess> processes, List<Schedule> schedules) {
    public Background {
      processes = List.copyOf(processes);
      schedules = List.copyOf(schedules);
    }
  }

  /** Returns where the code comes from. */
  public Source source() {
    return code.source();
  }

  /** Returns the directory on the host that holds the code. */
  public String directory() {
    return code.directory();
  }

  /** Returns the virtualenv. */
  public Venv venv() {
    return code.venv();
  }

  /** Returns the commands that complete the code. */
  public BuildSteps build() {
    return code.build();
  }

  /** Returns the user that runs the app. */
  public String user() {
    return account.user();
  }

  /** Returns the group that runs the app. */
  public String group() {
    return account.group();
  }

  /** Returns the environment variables. */
  public Map<String, String> env() {
    return environment.variables();
  }

  /** Returns the secrets: environment variable to the host file that holds its value. */
  public Map<String, Secret> secrets() {
    return environment.secrets();
  }

  /** The origin of an app's code. */
  public sealed interface Source {
    /** Returns where the source was declared. */
    Origin origin();

    /**
     * Returns the host file with the ssh key for the source and its requirements; empty for none.
     */
    String key();

    /**
     * A git repository of the app's own.
     *
     * @param url its URL
     * @param ref its branch, tag or commit; empty for the default branch
     * @param folder the folder of it that is the app; empty for the whole repository
     * @param key the host file of the ssh key; empty for none
     * @param origin where the URL is declared
     * @param folderOrigin where the folder is declared
     */
    record Git(
        String url, String ref, String folder, String key, Origin origin, Origin folderOrigin)
        implements Source {}

    /** A folder of the desired-state repo; {@code .} means the whole repo. */
    record Folder(String folder, String key, Origin origin) implements Source {}

    /** A directory of the host that reconcile does not manage. */
    record Existing(String path, String key, Origin origin) implements Source {}
  }

  /** The host file of a secret and where it was declared. */
  public record Secret(String path, Origin origin) {}

  /** The answer that counts as healthy: a status from {@code least} to {@code most} in time. */
  public record Health(String path, int least, int most, Duration timeout) {}

  /**
   * An nginx site.
   *
   * @param serverNames the names that the site answers to, at least one
   * @param redirect the answer to plain http, if it is a redirect
   * @param tls the certificate, if the site has one
   * @param logs the log files
   * @param parts the parts of the site that differ from the rest
   * @param keys all keys that the desired state sets; plain keys are read from here
   * @param balance the hosts that serve the app together; empty if each serves its own
   * @param origin where the site was declared
   */
  public record Site(
      List<String> serverNames,
      Optional<Redirect> redirect,
      Optional<Tls> tls,
      SiteLogs logs,
      SiteParts parts,
      Table keys,
      Optional<Balance> balance,
      Origin origin) {
    public Site {
      serverNames = List.copyOf(serverNames);
    }

    /** Returns the files that nginx serves itself, by {@code static}. */
    List<Static> statics() {
      return parts.statics();
    }

    /** Returns the locations, in the order written. */
    public List<Location> locations() {
      return parts.locations();
    }

    /**
     * Returns the site of this host for an app on several hosts. Only a balancer meets visitors,
     * and only a host that runs the app has its files. Without a host, the site is whole.
     */
    Site balanced(Balance hosts) {
      boolean isVisited = isVisited(hosts);
      return new Site(
          serverNames,
          isVisited ? redirect : Optional.empty(),
          isVisited ? tls : Optional.empty(),
          logs,
          hosts.isBack() || !hosts.isFront() ? parts : parts.withoutStatics(),
          keys,
          Optional.of(hosts),
          origin);
    }

    private static boolean isVisited(Balance hosts) {
      return hosts.isFront() || !hosts.isBack();
    }

    /** Returns whether visitors reach the site over https, by its certificate or a balancer's. */
    boolean isEncrypted() {
      return tls.isPresent() || keys.has(RealIpKey.KEY);
    }

    /** Returns whether visitors meet the site of this host, and not only a balancer. */
    boolean isVisited() {
      return balance.isEmpty() || isVisited(balance.get());
    }

    /** Returns the keys of the site as a whole and of each of its locations. */
    Stream<Table> partKeys() {
      return Stream.concat(Stream.of(keys), locations().stream().map(Location::keys));
    }

    /** Returns the locations that the site has itself, each with its place. */
    public Map<String, Origin> ownLocations() {
      Map<String, Origin> own = new LinkedHashMap<>();
      statics().forEach(files -> own.put(files.location(), origin(SiteSection.STATIC)));
      for (Location location : locations()) {
        if (!(location.answer() instanceof Location.OfApp)) {
          location.claims().forEach(claim -> own.put(claim, location.origin()));
        }
      }
      RawLines raw = RawLines.of(keys, SiteSection.EXTRA);
      raw.directives().stream()
          .filter(line -> line.is("location"))
          .forEach(line ->
              own.put(Location.claimed(String.join(" ", line.parameters())), raw.place(line)));
      return own;
    }

    /** Returns the site with paths of other apps. */
    Site withMounts() {
      return new Site(serverNames, redirect, tls, logs, parts.withMounts(), keys, balance, origin);
    }

    /** Returns the value of a plain key, or its default. */
    <T> T get(Key<T> key) {
      return keys.get(key);
    }

    /** Returns where a key's value is declared; where the site is if the key is not set. */
    Origin origin(Key<?> key) {
      return keys.has(key) ? keys.origin(key) : origin;
    }

    /** Returns the raw lines for the server block. */
    String extra() {
      return get(SiteSection.EXTRA);
    }

    /** Returns the addresses whose default server the site is. */
    public List<String> defaultOf() {
      boolean isVisited = balance.isEmpty() || balance.get().isFront();
      return isVisited && get(SiteSection.DEFAULT_SERVER)
          ? SiteEndpoints.of(this).all().map(wish -> wish.endpoint().text()).toList()
          : List.of();
    }

    /** Returns where the site is declared to be a default server. */
    public Origin defaultOrigin() {
      return origin(SiteSection.DEFAULT_SERVER);
    }

    /** Returns the raw lines for the http block, which have a file of their own. */
    public String http() {
      return get(SiteSection.HTTP);
    }

    /** Returns the template's file name. */
    String template() {
      return get(SiteSection.TEMPLATE);
    }

    /** Returns a name that a visitor may ask for, as nginx forwards it; a star is replaced. */
    String visitedName() {
      String canonical = get(CanonicalName.KEY);
      String name =
          serverNames.contains(canonical)
              ? canonical
              : serverNames.stream()
                  .filter(candidate -> !CanonicalName.isPattern(candidate))
                  .findFirst()
                  .or(() -> serverNames.stream().filter(one -> one.contains("*")).findFirst())
                  .orElse("_");
      return name.equals("_") || name.startsWith("~")
          ? "localhost"
          : name.replace("*.", "www.").replace(".*", ".com").toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Returns the app with what its own settings file sets.
   *
   * @param numbers setting to whole number
   */
  App withSettings(Map<String, String> numbers) {
    return switch (web) {
      case Gunicorn set -> with(code, set.withSettings(numbers), site);
      case DeclaredServer _, NoServer _ -> this;
    };
  }

  /** Returns the app as one of several hosts serves it. */
  public App balanced(Balance hosts) {
    return with(code, web, site.map(one -> one.balanced(hosts)));
  }

  /** Returns the hosts that serve the app together; empty if each serves its own. */
  public Optional<Balance> balance() {
    return site.flatMap(Site::balance);
  }

  /** Returns the app without a virtualenv. */
  App withoutVenv() {
    return with(
        new Code(code.source(), code.directory(), code.venv().off(), code.build()), web, site);
  }

  /**
   * Returns how the web process gets its address.
   *
   * @param standbyPort the port of a standby instance; 0 if it needs none
   * @param group the group of nginx's workers
   */
  Listener listener(int standbyPort, String group) {
    return switch (web) {
      case Gunicorn _, NoServer _ -> Listener.GUNICORN;
      case DeclaredServer server ->
          switch (server.bind()) {
            case OWN_SOCKET -> new Listener(Listener.Way.SOCKET, 0, group);
            case OWN_PORT -> new Listener(Listener.Way.PORT, standbyPort, "");
            case SOCKET, PORT, SOCKET_SUFFIX -> new Listener(Listener.Way.DESCRIPTOR, 0, "");
          };
    };
  }

  private App with(Code other, WebServer server, Optional<Site> own) {
    return with(other, server, own, mounts);
  }

  private App with(Code other, WebServer server, Optional<Site> own, Mounts paths) {
    return new App(
        name,
        origin,
        other,
        account,
        environment,
        server,
        health,
        own,
        data,
        release,
        background,
        limits,
        paths);
  }

  /** Returns the mount that the app itself declares; empty if it declares none. */
  public Optional<MountSection.Wish> mount() {
    return mounts.wish();
  }

  /**
   * Returns the app as the host has it.
   *
   * @param paths the paths of other apps' sites that it answers
   * @param isHost whether other apps have paths of its site
   */
  public App mounted(List<Mount> paths, boolean isHost) {
    return with(
        code, web, isHost ? site.map(Site::withMounts) : site, new Mounts(mounts.wish(), paths));
  }

  /** Returns the paths of nginx's files that pass requests to the app. */
  public Stream<String> siteFiles() {
    return Stream.concat(
            site.stream().map(_ -> layout().site()),
            mounts.all().stream().map(mount -> Mount.file(mount.on(), name)))
        .distinct();
  }

  /** Returns the names by which visitors reach the app, with the path of a mount. */
  public List<String> visitedNames() {
    return Stream.concat(
            site.stream().flatMap(own -> own.serverNames().stream()),
            mounts.all().stream().flatMap(mount -> mount.names().stream()))
        .toList();
  }

  /** Returns the app's code and data, to which relative paths lead. */
  StaticPaths staticPaths() {
    return new StaticPaths(directory(), data);
  }

  /** Returns a path of this app's site that another app answers. */
  public Mount mount(MountSection.Wish wish) {
    return new Mount(name, site.orElseThrow(), staticPaths(), wish.location(), wish.statics());
  }

  /** Returns whether a server answers requests to the app. */
  public boolean hasWebProcess() {
    return !(web instanceof NoServer);
  }

  /** Returns whether nginx passes requests of visitors to the app. */
  public boolean isVisited() {
    return site.isPresent() || !mounts.all().isEmpty();
  }

  /** Returns the app's names and paths on the host. */
  public Layout layout() {
    return new Layout(name);
  }

  /** Returns the app's processes, the web process first. */
  public List<AppProcess> processes() {
    List<AppProcess> all = new ArrayList<>();
    switch (web) {
      case Gunicorn server -> all.add(new GunicornProcess(this, server));
      case DeclaredServer server -> all.add(new ServerProcess(this, server));
      case NoServer _ -> {}
    }
    background.processes().forEach(process -> all.addAll(process.instancesOf(this)));
    return List.copyOf(all);
  }

  /** Returns how gunicorn serves the app; empty if it does not. */
  public Optional<Gunicorn> gunicorn() {
    return web instanceof Gunicorn server ? Optional.of(server) : Optional.empty();
  }

  /** Returns the app's instance of the service template. */
  public String service() {
    return layout().service();
  }

  /** Returns the unit whose settings are those of the app's sandbox. */
  String mainUnit() {
    return processes().stream()
        .map(AppProcess::unit)
        .findFirst()
        .or(() ->
            background.schedules().stream()
                .findFirst()
                .map(schedule -> layout().schedule(schedule.name())))
        .orElse(service());
  }

  /** Returns the app's instance of the socket template. */
  public String socketUnit() {
    return layout().socketUnit();
  }

  /** Returns this site as the part that nginx's server block is. */
  Part part(Site whole) {
    return Part.site(name, whole.keys(), new StaticPaths(directory(), data));
  }

  /** Returns whether an ACME server issues the certificate, which it validates through the site. */
  boolean usesAcme() {
    return site.flatMap(Site::tls).stream().anyMatch(tls -> tls.issuer() instanceof Issuer.Acme);
  }

  /** Returns whether the app needs a number of the pool. */
  public boolean needsNumber() {
    return web.bind().needsNumber();
  }

  /** Returns whether the app's server opens its port itself. */
  public boolean opensPort() {
    return web.bind() == Bind.OWN_PORT;
  }

  /**
   * Returns the health check that a working app passes.
   *
   * @param unit the unit that runs the app
   * @param address the address that is asked
   */
  public Step.Probe probe(String unit, String address) {
    return new Step.Probe(
        unit,
        web.errorLog(),
        address,
        health.path(),
        site.map(Site::visitedName).orElse("localhost"),
        health.least(),
        health.most(),
        health.timeout());
  }

  /**
   * Returns the check of the site of a balancer, which is reached at the first host that serves.
   */
  public Optional<VisitorCheck> visit() {
    return balance().flatMap(hosts -> visit(hosts.endpoint(hosts.serving().getFirst())));
  }

  /**
   * Returns the check of the site from a visitor's side, or of the first path of another site;
   * empty without both.
   *
   * @param address where the app listens
   */
  public Optional<VisitorCheck> visit(String address) {
    if (site.isEmpty()) {
      return mounts.all().stream().findFirst().map(mount -> mount.visit(this, address));
    }
    Optional<VisitorCheck> visit = site.map(_ -> VisitorCheck.of(name, probe(service(), address)));
    return usesAcme()
        ? visit.flatMap(
            check -> site.flatMap(Site::tls).map(tls -> check.ordering(tls.certificate())))
        : visit;
  }
}
