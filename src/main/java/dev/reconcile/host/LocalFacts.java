// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.FileAttributes;
import java.net.Inet6Address;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The facts of this machine, or of a directory tree that represents one. */
public final class LocalFacts implements Facts {
  private final HostPaths paths;
  private final FileFacts files;
  private final CommandRunner commands;
  private final List<String> unitPatterns;
  private final ObservationLog observations;
  private final InstalledNginx nginx;
  private final Lazy<Accounts> accounts = new Lazy<>();
  private final Lazy<Map<String, UnitFacts>> units = new Lazy<>();
  private final Lazy<Listeners> listeners = new Lazy<>();
  private final Lazy<Map<String, String>> packages = new Lazy<>();
  private Set<String> earlier = Set.of();

  /**
   * @param paths the host's root
   * @param commands the runner for programs
   * @param unitPatterns the units of {@link #units()}: glob patterns as in systemctl(1), never
   *     plain names, which systemd would load to answer
   * @param observations the log that records the answers
   */
  LocalFacts(
      HostPaths paths,
      CommandRunner commands,
      List<String> unitPatterns,
      ObservationLog observations) {
    this.paths = paths;
    this.observations = observations;
    this.files = new FileFacts(paths, observations);
    this.commands = commands;
    this.nginx = new InstalledNginx(this, files, commands, observations);
    this.unitPatterns = new ArrayList<>(unitPatterns);
  }

  @Override
  public void watchUnit(String unit) {
    int last = unit.length() - 1;
    // a pattern matches only loaded units; systemd would load a unit to answer for a plain name
    unitPatterns.add(unit.substring(0, last) + "[" + unit.charAt(last) + "]");
    units.forget();
  }

  @Override
  public boolean live() {
    return paths.isWholeMachine();
  }

  @Override
  public Optional<Stat> stat(String path) throws HostException {
    return files.stat(path);
  }

  @Override
  public Optional<Instant> changed(String path) throws HostException {
    return files.changed(path);
  }

  @Override
  public byte[] read(String path, int limit) throws HostException {
    return files.read(path, limit);
  }

  @Override
  public FolderFacts folders() {
    return new FolderFacts(paths);
  }

  @Override
  public String readLink(String path) throws HostException {
    return files.readLink(path);
  }

  @Override
  public List<String> list(String path) throws HostException {
    return files.list(path);
  }

  @Override
  public Optional<String> realPath(String path) throws HostException {
    return files.realPath(path);
  }

  @Override
  public FollowedPath follow(String path) throws HostException {
    return paths.follow(path);
  }

  @Override
  public List<String> changedSince(String link, String folder) throws HostException {
    return ChangedFiles.since(paths.locate(link), paths.locate(folder));
  }

  @Override
  public FileAttributes attributes(Stat stat, FileAttributes wanted) throws HostException {
    if (!live()) {
      return new FileAttributes(wanted.user(), wanted.group(), stat.mode());
    }
    return accounts().attributes(stat, wanted);
  }

  @Override
  public boolean hasUser(String user) throws HostException {
    return !live()
        || accounts().hasUser(user)
        || NameService.has(commands, NameService.USERS, user);
  }

  @Override
  public boolean hasGroup(String group) throws HostException {
    return !live()
        || accounts().hasGroup(group)
        || NameService.has(commands, NameService.GROUPS, group);
  }

  @Override
  public boolean isMember(String user, String group) throws HostException {
    return accounts().isMember(user, group);
  }

  @Override
  public Optional<String> groupOf(String user) throws HostException {
    return accounts().groupOf(user);
  }

  @Override
  public boolean may(String user, String test, String path) throws HostException {
    return AccessTest.may(commands, user, groupOf(user).orElse(user), test, path);
  }

  /** Returns the accounts of the host, read once. */
  Accounts accounts() throws HostException {
    return accounts.get(() -> Accounts.parse(textOf("/etc/passwd"), textOf("/etc/group")));
  }

  /**
   * Clears the caches of accounts, packages and nginx, because an installed package may change
   * them.
   */
  void forgetInstalled() {
    accounts.forget();
    packages.forget();
    nginx.forget();
  }

  private String textOf(String path) throws HostException {
    return stat(path).isEmpty() ? "" : readText(path, 64 << 20);
  }

  @Override
  public Optional<String> program(String name) throws HostException {
    return Programs.find(this, name);
  }

  @Override
  public Optional<UserFile> readAs(FileAttributes user, String directory, String path, int limit)
      throws HostException {
    return userFiles().read(user, directory, path, limit);
  }

  @Override
  public TreeListing listing(String user, String directory) throws HostException {
    return userFiles().list(user, directory);
  }

  private UserFiles userFiles() throws HostException {
    return new UserFiles(
        paths, commands, observations, live() ? Optional.of(accounts()) : Optional.empty());
  }

  @Override
  public Map<String, UnitFacts> units() throws HostException {
    return units.get(() -> live() ? askForUnits() : Map.of());
  }

  private Map<String, UnitFacts> askForUnits() throws HostException {
    ObservationLog seen = new ObservationLog();
    UnitFiles unitFiles = new UnitFiles(new FileFacts(paths, seen), unitPatterns);
    unitFiles.see();
    observations.addAll(seen);
    Map<String, UnitFacts> found =
        earlier.containsAll(seen.lines())
            ? SystemdUnits.list(commands, unitPatterns, unitFiles::fileOf)
            : SystemdUnits.ask(commands, unitPatterns);
    observations.add(
        Observation.Kind.UNITS, String.join(" ", unitPatterns), SystemdUnits.mark(found));
    return found;
  }

  @Override
  public int listenersOn(String path) throws HostException {
    int count = listeners().unix().getOrDefault(path, 0);
    observations.add(Observation.Kind.LISTENERS, path, count);
    return count;
  }

  @Override
  public int connectionsAt(String address) throws HostException {
    return live() ? Listeners.connectionsAt(address) : 0;
  }

  @Override
  public Optional<Long> listenerOn(int port) throws HostException {
    Optional<Long> inode = Optional.ofNullable(listeners().tcp().get(port));
    observations.add(
        Observation.Kind.PORT, String.valueOf(port), inode.orElse(ObservationLog.NOTHING));
    return inode;
  }

  private Listeners listeners() throws HostException {
    return listeners.get(() -> live() ? Listeners.ofThisMachine() : Listeners.parse("", ""));
  }

  @Override
  public boolean accepts(String path) throws HostException {
    return Listeners.accepts(paths.locate(path));
  }

  @Override
  public Optional<String> processListeningOn(int port) throws HostException {
    Optional<Long> inode = listenerOn(port);
    return inode.isEmpty() ? Optional.empty() : SocketHolder.of(inode.get());
  }

  @Override
  public Optional<String> holderOfIpv6(int port) throws HostException {
    if (listenerOn(port).isEmpty()) {
      return Optional.empty();
    }
    for (TcpListener listener : TcpListener.all()) {
      if (listener.port() == port
          && listener.address() instanceof Inet6Address address
          && address.isAnyLocalAddress()) {
        String holder = listener.holder().orElse("systemd, for a socket unit");
        return Optional.of(holder).filter(text -> !text.endsWith("(nginx)"));
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<PortHolder> holderOutside(String unit, long mainPid, List<TcpListener> listeners)
      throws HostException {
    return listeners.isEmpty()
        ? Optional.empty()
        : new SocketOwner(accounts()).outside(unit, mainPid, listeners);
  }

  @Override
  public Optional<String> packageVersion(String name) throws HostException {
    Map<String, String> known =
        packages.get(() -> InstalledPackages.parse(textOf("/var/lib/dpkg/status")));
    int colon = name.indexOf(':');
    return Optional.ofNullable(known.get(colon < 0 ? name : name.substring(0, colon)));
  }

  @Override
  public NginxVersion nginx() throws HostException {
    return nginx.version();
  }

  @Override
  public Optional<NginxProcess> runningNginx() throws HostException {
    return live() ? nginx.running() : Optional.empty();
  }

  @Override
  public NginxBuild nginxBuild() throws HostException {
    return nginx.build();
  }

  @Override
  public void recall(List<String> lines) {
    earlier = Set.copyOf(lines);
  }

  @Override
  public boolean isPast(Instant moment) {
    return observations.sawClock(moment);
  }

  @Override
  public ObservationLog observations() {
    return observations;
  }

  @Override
  public Optional<String> difference(List<String> earlier) throws HostException {
    return new ObservationRecheck(this, commands).difference(earlier);
  }
}
