// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxProcess;
import dev.reconcile.host.TcpListener;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.VisitorCheck;
import dev.reconcile.nginx.Endpoint;
import dev.reconcile.nginx.ResolvedConfig;
import dev.reconcile.nginx.Server;
import dev.reconcile.nginx.Servers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Checks that request sites as visitors do. They determine whether nginx hands the request to the
 * app or answers it by the site's own rules. nginx's files and rules determine the server that must
 * answer; the answer shows whether it can.
 *
 * <p>Invariant: the checks change nothing and start no process. An answer that the site's own rules
 * can produce is not a failure.
 */
public final class VisitorChecks {
  private static final int MOST_AT_ONCE = 128;

  private final Facts facts;
  private final Optional<NginxProcess> process;
  private final NginxCommand command;
  private final ResolvedConfig configuration;
  private final Servers servers;
  private final List<TcpListener> listeners;
  private final boolean inDoubt;

  /**
   * Reads nginx's state once for all sites.
   *
   * @param facts the facts of the host
   * @param master the process id of nginx's master process, 0 if unknown
   */
  public VisitorChecks(Facts facts, long master) throws HostException {
    this.facts = facts;
    this.process = NginxProcess.of(master);
    NginxCommand unit = NginxCommand.of(facts);
    this.command = process.isPresent() ? unit.with(process.get().command(), facts) : unit;
    this.configuration = command.read(facts);
    this.servers = Servers.of(configuration);
    this.listeners = TcpListener.all();
    this.inDoubt = areFilesNewer();
  }

  /**
   * Requests all sites in parallel and returns the result for each app.
   *
   * @param visits the checks by app
   * @param limit the time limit for each answer
   */
  public SortedMap<String, VisitorResult> receive(Map<String, VisitorCheck> visits, Duration limit)
      throws HostException {
    SortedMap<String, VisitorResult> results = new TreeMap<>();
    SortedMap<String, SiteServers> found = new TreeMap<>();
    List<Site> sites = new ArrayList<>();
    UpstreamCheck upstreams = upstreams(visits);
    for (Map.Entry<String, VisitorCheck> entry : visits.entrySet()) {
      SiteServers site = new SiteServers(facts, entry.getValue(), configuration, servers);
      found.put(entry.getKey(), site);
      Optional<SiteFailure> known = known(entry.getValue(), site, upstreams);
      if (known.isPresent()) {
        results.put(entry.getKey(), VisitorResult.blocked("", 0, 0, known.get()));
      } else if (site.asks().isEmpty()) {
        results.put(
            entry.getKey(),
            VisitorResult.notAsked("its names or addresses cannot be asked for from this machine"));
      } else {
        sites.add(new Site(entry.getValue(), site.asks(), List.of()));
      }
    }
    AnswerClassifier classifier = new AnswerClassifier(facts, process, command, configuration);
    for (Site site : ask(sites, limit, inDoubt)) {
      results.put(site.visit().app(), classifier.classify(site.visit(), site.asked()));
    }
    for (Map.Entry<String, SiteServers> entry : found.entrySet()) {
      VisitorResult got = results.get(entry.getKey());
      if (got != null && !got.isBlocked()) {
        entry.getValue().beside().ifPresent(fault -> results.put(entry.getKey(), got.with(fault)));
      }
    }
    return results;
  }

  private UpstreamCheck upstreams(Map<String, VisitorCheck> visits) {
    Set<String> apps =
        visits.values().stream().map(visit -> visit.probe().address()).collect(Collectors.toSet());
    return new UpstreamCheck(facts, configuration, apps, listeners);
  }

  /** Returns warnings of the directories and files of a site that nginx's workers cannot read. */
  public List<Diagnostic> unreadable(VisitorCheck visit) throws HostException {
    List<Server> own = servers.of(visit::isAt);
    List<Diagnostic> warnings = new ArrayList<>();
    for (UnreadableDirectory directory : UnreadableDirectory.of(facts, visit.app(), own)) {
      warnings.add(directory.warning());
    }
    for (UnreadableFile file :
        UnreadableFile.of(facts, UnreadableFile.Planned.NOTHING, visit.app(), configuration, own)) {
      warnings.add(file.warning());
    }
    return warnings;
  }

  // A worker has the configuration that the files had when it was started.
  private boolean areFilesNewer() throws HostException {
    Optional<Instant> read =
        process.flatMap(nginx ->
            nginx.workers().stream().map(NginxProcess.Worker::since).max(Instant::compareTo));
    if (read.isEmpty()) {
      return false;
    }
    Set<String> places = new TreeSet<>();
    for (String file : configuration.files()) {
      for (String path : List.of(file, facts.realPath(file).orElse(file))) {
        places.add(path);
        places.add(path.substring(0, Math.max(1, path.lastIndexOf('/'))));
      }
    }
    for (String place : places) {
      if (facts.changed(place).filter(read.get()::isBefore).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Reports whether nginx's files, as they are now, direct the requests of the site to it. */
  public boolean fits(VisitorCheck visit) throws HostException {
    SiteServers site = new SiteServers(facts, visit, configuration, servers);
    return site.areRead() && site.failure().isEmpty();
  }

  // The failure that nginx's files and the kernel show without a request.
  private Optional<SiteFailure> known(VisitorCheck visit, SiteServers site, UpstreamCheck upstreams)
      throws HostException {
    if (!site.areRead()) {
      return Optional.of(notRead(visit));
    }
    if (site.failure().isPresent()) {
      return site.failure();
    }
    for (ProbeRequest ask : site.asks()) {
      Optional<SiteFailure> deaf = deaf(visit, ask);
      if (deaf.isPresent()) {
        return deaf;
      }
    }
    return upstreams.of(visit, site.own());
  }

  private SiteFailure notRead(VisitorCheck visit) throws HostException {
    if (facts.file(visit.link()).isEmpty()) {
      return new SiteFailure(
          SiteFailure.Kind.NOT_READ,
          true,
          "The site of %s is missing: %s does not lead to a file."
              .formatted(visit.app(), visit.link()),
          "reconcile apply");
    }
    SitesNotRead unread = SitesNotRead.of(command, configuration, visit.link());
    return new SiteFailure(
        SiteFailure.Kind.NOT_READ,
        true,
        "The site of " + visit.app() + " is not read: " + unread.detail(),
        unread.command());
  }

  // The failure that no process, or another program, listens on the endpoint of a request.
  private Optional<SiteFailure> deaf(VisitorCheck visit, ProbeRequest ask) throws HostException {
    if (ask.endpoint().family() == Endpoint.Family.UNIX) {
      return Optional.empty();
    }
    List<TcpListener> here =
        listeners.stream().filter(listener -> hears(listener, ask.endpoint())).toList();
    boolean isNginx =
        process.isPresent()
            && (process.get().sockets().isEmpty()
                || here.stream()
                    .anyMatch(listener -> process.get().sockets().contains(listener.inode())));
    if (isNginx) {
      return Optional.empty();
    }
    Optional<String> holder = Optional.empty();
    for (TcpListener listener : here) {
      holder = holder.isPresent() ? holder : listener.holder();
    }
    if (holder.isPresent() && holder.get().endsWith("(nginx)")) {
      return Optional.empty(); // an nginx that the unit did not start, but it serves the site
    }
    String where = "port " + ask.endpoint().port();
    String instead =
        holder.map(text -> where + " is held by " + text).orElse("no process listens on " + where);
    return Optional.of(
        process.isEmpty()
            ? new SiteFailure(
                SiteFailure.Kind.NOT_RUNNING,
                true,
                "nginx.service is not running, and %s. The site of %s is not served."
                    .formatted(instead, visit.app()),
                "systemctl start nginx.service")
            : new SiteFailure(
                SiteFailure.Kind.NOT_LISTENING,
                true,
                "The site of %s has \"listen %s\", but nginx does not: %s."
                    .formatted(visit.app(), ask.endpoint().text(), instead),
                "systemctl restart nginx.service"));
  }

  private static boolean hears(TcpListener listener, Endpoint endpoint) {
    boolean v6 = listener.address().getAddress().length > 4;
    if (listener.port() != endpoint.port() || v6 != (endpoint.family() == Endpoint.Family.IPV6)) {
      return false;
    }
    try {
      return listener.address().isAnyLocalAddress()
          || (!endpoint.isAny()
              && listener.address().equals(InetAddress.getByName(endpoint.address())));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** A site, its requests, and their answers in the same order. */
  private record Site(
      VisitorCheck visit, List<ProbeRequest> asks, List<AnswerClassifier.Asked> asked) {}

  private static List<Site> ask(List<Site> sites, Duration limit, boolean inDoubt) {
    int count = sites.stream().mapToInt(site -> site.asks().size()).sum();
    if (count == 0) {
      return List.of();
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(Math.min(count, MOST_AT_ONCE))) {
      List<List<Future<AnswerClassifier.Asked>>> begun = new ArrayList<>();
      for (Site site : sites) {
        List<Future<AnswerClassifier.Asked>> own = new ArrayList<>();
        for (ProbeRequest ask : site.asks()) {
          own.add(
              threads.submit(() -> new AnswerClassifier.Asked(ask, ask.answer(limit, inDoubt))));
        }
        begun.add(own);
      }
      List<Site> asked = new ArrayList<>();
      for (int i = 0; i < sites.size(); i++) {
        List<AnswerClassifier.Asked> answers = new ArrayList<>();
        for (Future<AnswerClassifier.Asked> answer : begun.get(i)) {
          answers.add(answer.get());
        }
        asked.add(new Site(sites.get(i).visit(), sites.get(i).asks(), answers));
      }
      return asked;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody interrupts this", e);
    }
  }
}
