// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.apply.StepException;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Privileges;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.ShippedFile;
import dev.reconcile.source.LargeFiles;
import dev.reconcile.source.LfsAccess;
import dev.reconcile.source.LfsFile;
import dev.reconcile.source.SourceException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The contents of files that Git LFS keeps, for one tree. They come from trees of the same app on
 * the host, else git-lfs fetches them. reconcile keeps no other copy.
 *
 * <p>Invariant: git-lfs runs without any right on a host (as a user that exists for that run only),
 * sees no repository but the source's own, and can resolve no other server than the source's.
 */
final class LfsObjects implements LargeFiles, AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final String SCRIPT = "/lfs/fetch.sh";
  private static final String INSIDE = "/mnt"; // the mount point in the namespace that git-lfs sees
  private static final String AUTHORITIES = INSIDE + "/authorities.pem";
  private static final long SLACK = 1 << 20; // for git's own files

  /** The source's server. */
  interface Server {
    /** Returns how to access the server. */
    LfsAccess access() throws SourceException;
  }

  private final Host host;
  private final String app;
  private final String work;
  private final Map<String, Path> found = new TreeMap<>();

  /**
   * @param host the host
   * @param app the app that the source belongs to
   * @param commit the commit that needs the objects
   */
  LfsObjects(Host host, String app, String commit) {
    this.host = host;
    this.app = app;
    this.work = LfsStore.of(app) + "/.lfs-" + commit;
  }

  /**
   * Fetches the objects that are not on the host yet.
   *
   * @param files the files of the commit
   * @param store the trees of the app
   * @param server gives access to the missing objects
   */
  void fetch(List<LfsFile> files, LfsStore store, Server server)
      throws HostException, StepException, SourceException {
    Map<String, LfsFile> missing = new TreeMap<>();
    for (LfsFile file : files) {
      store.whole(file).ifPresent(there -> found.put(file.oid(), there));
      missing.put(file.oid(), file);
    }
    missing.keySet().removeAll(found.keySet());
    missing.values().removeIf(file -> file.size() == 0);
    if (!missing.isEmpty()) {
      run(List.copyOf(missing.values()), server.access());
    }
  }

  private void run(List<LfsFile> files, LfsAccess access)
      throws HostException, StepException, SourceException {
    host.discardTree(work);
    host.makeDirectory(work, FileAttributes.root(0700));
    host.makeDirectory(work + "/out", FileAttributes.root(0777));
    host.writeState(
        work + "/fetch.sh", Content.of(new ShippedFile(SCRIPT).text()), FileAttributes.root(0644));
    boolean root = Privileges.isRoot();
    LfsRoute route = LfsRoute.of(host.network(), access);
    Command command = root ? withoutRights(files, access, route) : asCaller();
    String local =
        root ? INSIDE + "/source" : String.valueOf(access.directory().orElse(Path.of("/")));
    String remote = access.directory().isPresent() ? "file://" + local : access.url();
    CommandRunner.Result result =
        host.run(
            command
                .over(host.network())
                .reading(
                    Content.of(
                        input(
                            remote, files, access, root ? route.configuration(AUTHORITIES) : ""))));
    Path objects = host.onDisk(work + "/out/lfs/objects");
    for (LfsFile file : files) {
      String oid = file.oid();
      Path object = objects.resolve(oid.substring(0, 2)).resolve(oid.substring(2, 4)).resolve(oid);
      if (!Files.isRegularFile(object, LinkOption.NOFOLLOW_LINKS)) {
        throw failure(file, access, result);
      }
      found.put(oid, object);
    }
  }

  // Under a root directory, any user can be the caller.
  private Command asCaller() throws HostException {
    String out = host.onDisk(work + "/out").toString();
    return new Command(
        List.of("sh", host.onDisk(work + "/fetch.sh").toString(), out),
        "",
        Map.of("HOME", out + "/home", "GIT_CONFIG_NOSYSTEM", "1", "GIT_TERMINAL_PROMPT", "0"),
        LIMIT);
  }

  private Command withoutRights(List<LfsFile> files, LfsAccess access, LfsRoute route)
      throws HostException, StepException {
    String unit = "reconcile-lfs-" + app + ".service";
    host.run(Command.of("systemctl", "stop", unit)); // a killed run may have left it
    return new Command(command(unit, files, access, route), "", Map.of(), LIMIT);
  }

  private List<String> command(String unit, List<LfsFile> files, LfsAccess access, LfsRoute route)
      throws HostException, StepException {
    long longest = files.stream().mapToLong(LfsFile::size).max().orElse(0);
    List<String> words =
        new ArrayList<>(
            List.of(
                "systemd-run",
                "--quiet",
                "--pipe",
                "--wait",
                "--collect",
                "--unit=" + unit,
                "--description=Git LFS objects of " + app,
                "--setenv=HOME=/tmp",
                "--setenv=GIT_CONFIG_NOSYSTEM=1",
                "--setenv=GIT_TERMINAL_PROMPT=0"));
    List<String> properties =
        new ArrayList<>(
            List.of(
                "DynamicUser=yes",
                "PrivateTmp=yes",
                "PrivateDevices=yes",
                "ProtectSystem=strict",
                "ProtectHome=yes",
                "NoNewPrivileges=yes",
                "CapabilityBoundingSet=",
                "KillSignal=SIGKILL",
                "RuntimeMaxSec=" + LIMIT.toSeconds(),
                "LimitFSIZE=" + (longest + SLACK),
                "TemporaryFileSystem=" + INSIDE,
                "BindPaths=" + host.onDisk(work + "/out") + ":" + INSIDE + "/work",
                "BindReadOnlyPaths=%s:%s/fetch.sh"
                    .formatted(host.onDisk(work + "/fetch.sh"), INSIDE)));
    properties.addAll(confinement(access, route));
    properties.forEach(property -> words.add("--property=" + property));
    words.addAll(List.of("sh", INSIDE + "/fetch.sh", INSIDE + "/work"));
    return words;
  }

  // reconcile resolves the server's name here, because git-lfs can resolve no other name.
  private List<String> confinement(LfsAccess access, LfsRoute route)
      throws HostException, StepException {
    if (access.directory().isPresent()) {
      String path = access.directory().get().toString();
      if (!path.matches("[A-Za-z0-9/._@+=~-]+")) {
        throw new StepException(
            "Git LFS fetch failed",
            path + " has a letter that cannot be passed to git-lfs. Rename the directory.");
      }
      return List.of("PrivateNetwork=yes", "BindReadOnlyPaths=" + path + ":" + INSIDE + "/source");
    }
    List<String> properties = new ArrayList<>(List.of("IPAddressDeny=any"));
    StringBuilder hosts = new StringBuilder();
    String neighbour = route.neighbour(access);
    for (InetAddress address : addresses(neighbour)) {
      hosts.append(address.getHostAddress()).append(' ').append(neighbour).append('\n');
      properties.add("IPAddressAllow=" + address.getHostAddress());
    }
    properties.add(replaced("/etc/hosts", hosts.toString()));
    properties.add(replaced("/etc/nsswitch.conf", "hosts: files\n"));
    properties.add(replaced("/etc/resolv.conf", "# " + neighbour + " alone\n"));
    if (route.authorities().isPresent()) {
      properties.add(replaced(AUTHORITIES, route.authorities().get()));
    }
    return properties;
  }

  private static InetAddress[] addresses(String name) throws StepException {
    try {
      return InetAddress.getAllByName(name);
    } catch (UnknownHostException e) {
      throw new StepException("Git LFS fetch failed", "The name " + name + " cannot be looked up.");
    }
  }

  private String replaced(String path, String text) throws HostException {
    return replaced(path, Content.of(text));
  }

  private String replaced(String path, Content content) throws HostException {
    String file = work + "/" + path.substring(path.lastIndexOf('/') + 1);
    host.writeState(file, content, FileAttributes.root(0644));
    return "BindReadOnlyPaths=" + host.onDisk(file) + ":" + path;
  }

  private static String input(
      String remote, List<LfsFile> files, LfsAccess access, String configuration) {
    StringBuilder lines = new StringBuilder(configuration);
    lines.append("c[remote \"origin\"]\n");
    lines.append("c\turl = ").append(quoted(remote)).append('\n');
    if (!access.header().isEmpty()) {
      lines.append("c[http ").append(quoted(remote)).append("]\n");
      lines.append("c\textraHeader = ").append(quoted(access.header())).append('\n');
      lines.append("c[lfs]\nc\turl = ").append(quoted(remote)).append('\n');
    }
    if (!access.netrc().isEmpty()) {
      lines.append('n').append(access.netrc()).append('\n');
    }
    for (LfsFile file : files) {
      lines.append('p').append(file.oid()).append(' ').append(file.size()).append('\n');
    }
    return lines.toString();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private StepException failure(LfsFile file, LfsAccess access, CommandRunner.Result result) {
    String from = access.name();
    String hint =
        access.host().isEmpty()
            ? "\nIt runs as a user without rights, who must be able to read " + from + "."
            : "\nNo other host than " + from + " is asked, whatever it or .lfsconfig names.";
    return new StepException(
        "Git LFS fetch failed",
        """
        %s: %s (object %s) cannot be had from %s; git-lfs said:
        %s%s\
        """
            .formatted(
                app,
                file.path(),
                file.oid(),
                from,
                result.tail(10).indent(4).stripTrailing(),
                hint));
  }

  @Override
  public Path of(LfsFile file) throws SourceException {
    Path place = found.get(file.oid());
    return place == null ? LargeFiles.NONE.of(file) : place;
  }

  /** Removes the fetched objects, which the tree now contains. */
  @Override
  public void close() throws HostException {
    host.discardTree(work);
  }
}
