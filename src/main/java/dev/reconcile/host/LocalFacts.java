package dev.reconcile.host;

import dev.reconcile.model.Attributes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The facts of this machine, or of a directory tree that stands for one. */
public final class LocalFacts implements Facts {
  private static final List<String> PROGRAM_FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private final HostPaths paths;
  private final FileFacts files;
  private final CommandRunner commands;
  private final List<String> unitPatterns;
  private final Sightings sightings;
  private @Nullable Accounts accounts;
  private @Nullable Map<String, UnitFacts> units;
  private @Nullable Listeners listeners;
  private @Nullable Map<String, String> packages;
  private @Nullable NginxVersion nginx;
  private Set<String> earlier = Set.of();

  /**
   * @param paths the host's root
   * @param commands how to ask programs
   * @param unitPatterns which units {@link #units()} tells of: glob patterns as in systemctl(1);
   *     never plain names, which would make systemd load each one
   * @param sightings where what is seen is noted
   */
  LocalFacts(
      HostPaths paths, CommandRunner commands, List<String> unitPatterns, Sightings sightings) {
    this.paths = paths;
    this.sightings = sightings;
    this.files = new FileFacts(paths, sightings);
    this.commands = commands;
    this.unitPatterns = new ArrayList<>(unitPatterns);
  }

  @Override
  public void alsoTellOf(String unit) {
    int last = unit.length() - 1;
    // as a pattern the name matches only what is loaded; as a name it would be loaded to answer
    unitPatterns.add(unit.substring(0, last) + "[" + unit.charAt(last) + "]");
    units = null;
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
  public Attributes attributes(Stat stat, Attributes wanted) throws HostException {
    if (!live()) {
      return new Attributes(wanted.user(), wanted.group(), stat.mode());
    }
    return new Attributes(
        accounts().user(wanted.user()) == stat.uid()
            ? wanted.user()
            : accounts().userName(stat.uid()),
        accounts().group(wanted.group()) == stat.gid()
            ? wanted.group()
            : accounts().groupName(stat.gid()),
        stat.mode());
  }

  @Override
  public boolean hasUser(String user) throws HostException {
    return !live() || accounts().user(user) >= 0;
  }

  @Override
  public boolean hasGroup(String group) throws HostException {
    return !live() || accounts().group(group) >= 0;
  }

  /** The accounts of the host, read once. */
  Accounts accounts() throws HostException {
    Accounts known = accounts;
    if (known == null) {
      known = Accounts.parse(textOf("/etc/passwd"), textOf("/etc/group"));
      accounts = known;
    }
    return known;
  }

  /** Forgets accounts, packages and nginx: a package that was just installed may change them. */
  void forgetInstalled() {
    accounts = null;
    packages = null;
    nginx = null;
  }

  private String textOf(String path) throws HostException {
    return stat(path).isEmpty() ? "" : new String(read(path, 64 << 20), StandardCharsets.UTF_8);
  }

  @Override
  public Optional<String> program(String name) throws HostException {
    List<String> candidates = new ArrayList<>();
    if (name.startsWith("/")) {
      candidates.add(name);
    } else {
      PROGRAM_FOLDERS.forEach(folder -> candidates.add(folder + "/" + name));
    }
    for (String candidate : candidates) {
      Optional<String> found = realPath(candidate);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  @Override
  public Map<String, UnitFacts> units() throws HostException {
    Map<String, UnitFacts> known = units;
    if (known == null) {
      known = live() ? askForUnits() : Map.of();
      units = known;
    }
    return known;
  }

  private Map<String, UnitFacts> askForUnits() throws HostException {
    Sightings seen = new Sightings();
    UnitFiles unitFiles = new UnitFiles(new FileFacts(paths, seen), unitPatterns);
    unitFiles.see();
    sightings.addAll(seen);
    Map<String, UnitFacts> found =
        earlier.containsAll(seen.lines())
            ? SystemdUnits.list(commands, unitPatterns, unitFiles::fileOf)
            : SystemdUnits.ask(commands, unitPatterns);
    sightings.add(Sighting.Kind.UNITS, String.join(" ", unitPatterns), SystemdUnits.mark(found));
    return found;
  }

  @Override
  public int listenersOn(String path) throws HostException {
    int count = listeners().unix().getOrDefault(path, 0);
    sightings.add(Sighting.Kind.LISTENERS, path, count);
    return count;
  }

  @Override
  public Optional<Long> listenerOn(int port) throws HostException {
    Optional<Long> inode = Optional.ofNullable(listeners().tcp().get(port));
    sightings.add(Sighting.Kind.PORT, String.valueOf(port), inode.orElse(Sightings.NOTHING));
    return inode;
  }

  private Listeners listeners() throws HostException {
    Listeners known = listeners;
    if (known == null) {
      known = live() ? Listeners.ofThisMachine() : Listeners.parse("", "");
      listeners = known;
    }
    return known;
  }

  @Override
  public boolean accepts(String path) throws HostException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(paths.locate(path).toString()));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      return true; // busy, or not for this user: somebody is there all the same
    }
  }

  @Override
  public Optional<String> strangerOn(int port) throws HostException {
    Optional<Long> inode = listenerOn(port);
    return inode.isEmpty() ? Optional.empty() : SocketHolder.of(inode.get());
  }

  @Override
  public Optional<String> packageVersion(String name) throws HostException {
    Map<String, String> known = packages;
    if (known == null) {
      known = InstalledPackages.parse(textOf("/var/lib/dpkg/status"));
      packages = known;
    }
    int colon = name.indexOf(':');
    return Optional.ofNullable(known.get(colon < 0 ? name : name.substring(0, colon)));
  }

  @Override
  public NginxVersion nginx() throws HostException {
    NginxVersion known = nginx;
    if (known == null) {
      known = findNginx();
      nginx = known;
    }
    return known;
  }

  private NginxVersion findNginx() throws HostException {
    Optional<String> program = live() ? program("nginx") : Optional.empty();
    if (program.isPresent()) {
      files.seeContent(program.get());
      var said = NginxVersion.in(commands.run(Command.of("nginx", "-v")).tail(1));
      if (said.isPresent()) {
        return said.get();
      }
    }
    for (String name : List.of("nginx", "nginx-common")) {
      var installed = packageVersion(name).flatMap(NginxVersion::in);
      if (installed.isPresent()) {
        return installed.get();
      }
    }
    if (live() && program("apt-cache").isPresent()) {
      // not installed yet: what apt would install decides, so that the next run finds no difference
      sightings.spoil();
      String policy = commands.run(Command.of("apt-cache", "policy", "nginx")).out();
      int candidate = policy.indexOf("Candidate:");
      if (candidate >= 0) {
        return NginxVersion.in(policy.substring(candidate)).orElse(NginxVersion.OLDEST);
      }
    }
    return NginxVersion.OLDEST;
  }

  @Override
  public void recall(List<String> lines) {
    earlier = Set.copyOf(lines);
  }

  @Override
  public boolean isPast(Instant moment) {
    return sightings.sawClock(moment);
  }

  @Override
  public Sightings sightings() {
    return sightings;
  }

  @Override
  public Optional<String> difference(List<String> earlier) throws HostException {
    return new Revisit(this, commands).difference(earlier);
  }
}
