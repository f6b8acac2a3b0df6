// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.NetworkSettings;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;

/**
 * This machine, or a directory tree that represents one. Under a directory, owners are not set,
 * because that would need root, and the tree is for inspection or for an image.
 */
public final class LocalHost implements Host {
  /** The directory of reconcile's persistent state. */
  public static final String STATE = "/var/lib/reconcile";

  /** The directory of state that need not survive a reboot. */
  public static final String VOLATILE = "/run/reconcile";

  /** The prefix of the paths of units that reconcile creates for itself. */
  public static final String UNITS = Layout.RUNTIME_UNITS + "/reconcile-";

  /** The prefix of the names of temporary files. */
  public static final String TEMPORARY = ".reconcile-tmp.";

  private static final Set<String> MAKES_USERS = Set.of("apt-get", "groupadd", "useradd");

  private final HostPaths paths;
  private final LocalFacts facts;
  private final Directories directories;
  private final CommandRunner commands;
  private final String backupFolder;
  private final Backup backup;

  /**
   * @param root the root directory, {@code /} for this machine
   * @param commands the runner for programs
   * @param run the name of the run and of its backup
   * @param unitPatterns glob patterns of the units to watch
   */
  public LocalHost(Path root, CommandRunner commands, String run, List<String> unitPatterns)
      throws HostException {
    ObservationLog observations = new ObservationLog();
    this.paths = new HostPaths(root, observations);
    this.commands = commands;
    this.facts = new LocalFacts(paths, commands, unitPatterns, observations);
    this.directories = new Directories(paths, facts);
    this.backupFolder = STATE + "/backup/" + run;
    this.backup = new Backup(run, this::roomInBackup);
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public String runName() {
    return backup.run();
  }

  @Override
  public Result run(Command command) throws HostException {
    Result result = commands.run(command);
    if (MAKES_USERS.contains(command.argv().getFirst())) {
      facts.forgetInstalled();
    }
    return result;
  }

  @Override
  public NetworkSettings network() {
    return commands.network();
  }

  @Override
  public Path onDisk(String path) throws HostException {
    return paths.locate(path);
  }

  @Override
  public void makeDirectory(String path, FileAttributes attributes) throws HostException {
    directories.make(path, attributes);
  }

  @Override
  public void writeFile(String path, Content content, FileAttributes attributes)
      throws HostException {
    write(path, content, attributes, true);
  }

  @Override
  public void writeState(String path, Content content, FileAttributes attributes)
      throws HostException {
    write(path, content, attributes, false);
  }

  private void write(String path, Content content, FileAttributes attributes, boolean keepEarlier)
      throws HostException {
    directories.makeParents(path);
    Path place = paths.locate(path);
    Path beside = FileOperations.beside(place);
    try {
      Files.deleteIfExists(beside); // left by a killed run
      FileOperations.writeNew(beside, content.bytes());
      directories.apply(beside, attributes);
      if (keepEarlier) {
        backup.keep(path, place);
      }
      FileOperations.rename(beside, place);
    } catch (HostException e) {
      FileOperations.discard(beside);
      throw e;
    } catch (IOException e) {
      FileOperations.discard(beside);
      throw IoFailure.of("write", place, e);
    }
  }

  @Override
  public void setAttributes(String path, FileAttributes attributes) throws HostException {
    directories.apply(paths.locate(path), attributes);
  }

  @Override
  public void writeLink(String path, String target) throws HostException {
    directories.makeParents(path);
    Path place = paths.locate(path);
    Path beside = FileOperations.beside(place);
    try {
      Files.deleteIfExists(beside);
      Files.createSymbolicLink(beside, Path.of(target));
      backup.keep(path, place);
      FileOperations.rename(beside, place);
      paths.forget();
    } catch (HostException e) {
      FileOperations.discard(beside);
      throw e;
    } catch (IOException e) {
      FileOperations.discard(beside);
      throw IoFailure.of("link", place, e);
    }
  }

  @Override
  public void remove(String path) throws HostException {
    Path place = paths.locate(path);
    try {
      if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw new HostException(
            HostFailure.UNSAFE_PATH, "Refused to remove " + place + ": it is a directory");
      }
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      backup.keep(path, place);
      Files.delete(place);
      FileOperations.syncFolderOf(place);
      paths.forget();
    } catch (IOException e) {
      throw IoFailure.of("remove", place, e);
    }
  }

  @Override
  public void removeEmptyDirectory(String path) throws HostException {
    Path place = paths.locate(path);
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      return; // a link or a file, here or in place of a parent, belongs to somebody else
    }
    try {
      if (Files.deleteIfExists(place)) {
        FileOperations.syncFolderOf(place);
      }
      paths.forget();
    } catch (DirectoryNotEmptyException e) {
      return; // logs or a user's files in it are kept
    } catch (IOException e) {
      throw IoFailure.of("remove the directory", place, e);
    }
  }

  @Override
  public void discardTree(String path) throws HostException {
    boolean ours =
        path.startsWith(STATE + "/")
            || (path + "/").startsWith(VOLATILE + "/")
            || path.startsWith(UNITS)
            || isUnfinishedData(path);
    if (!ours || path.contains("/../")) {
      throw new HostException(
          HostFailure.UNSAFE_PATH,
          "Refused to remove the tree " + path + ": it is not reconcile's");
    }
    Path place = paths.locate(path);
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(place, new TreeDeletion());
      if (isUnfinishedData(path)) {
        FileOperations.syncFolderOf(place);
      }
      paths.forget();
    } catch (IOException e) {
      throw IoFailure.of("remove", place, e);
    }
  }

  // A data folder that a run is making is beside its final path, in a folder of root's.
  private static boolean isUnfinishedData(String path) {
    return path.startsWith(Layout.DATA + "/")
        && path.substring(path.lastIndexOf('/') + 1).startsWith(TEMPORARY);
  }

  @Override
  public void backUp(String path) throws HostException {
    backup.moveAway(path, paths.locate(path));
    paths.forget();
  }

  @Override
  public void restore(String run, String path) throws HostException {
    String folder = run.isEmpty() ? backupFolder : STATE + "/backup/" + run;
    String name = run.isEmpty() ? backup.run() : run;
    Path place = paths.locate(path);
    backup.bringBack(paths.locate(folder + path), place);
    backup.bringBack(place.resolveSibling(place.getFileName() + ".before-" + name), place);
    paths.forget();
  }

  @Override
  public void clearUnfinished(String path) throws HostException {
    // the run may have been creating a parent directory
    for (String at = path; at.length() > 1; at = at.substring(0, at.lastIndexOf('/'))) {
      FileOperations.discard(FileOperations.beside(paths.locate(at)));
    }
  }

  @Override
  public void linkSocket(String socket, String path) throws HostException {
    Path place = paths.locate(path);
    Path beside = FileOperations.beside(place);
    try {
      Files.deleteIfExists(beside);
      Files.createLink(beside, paths.locate(socket));
      Files.move(beside, place, StandardCopyOption.ATOMIC_MOVE);
      // rename(2) of two links to the same file does nothing, and leaves both
      Files.deleteIfExists(beside);
    } catch (IOException e) {
      FileOperations.discard(beside);
      throw IoFailure.of("link", place, e);
    }
  }

  @Override
  public void publish(String staging, String path) throws HostException {
    Path place = paths.locate(path);
    try {
      FileOperations.rename(paths.locate(staging), place);
      paths.forget();
    } catch (IOException e) {
      throw IoFailure.of("rename to", place, e);
    }
  }

  @Override
  public void moveData(String from, String to) throws HostException {
    directories.makeParents(to);
    Path place = paths.locate(to);
    Path old = paths.locate(from);
    // the app may own the folder, and its parents, and put links in their place at any time
    try (HeldDirectory folder = paths.hold(old)) {
      DataMove.move(folder.resolve(old), place, to);
      paths.forget();
    } catch (IOException e) {
      throw IoFailure.of("move data to", place, e);
    }
  }

  @Override
  public void seal(String build, String path, SealPolicy seal) throws HostException {
    discardTree(path);
    TreeSealer.seal(paths.locate(build), paths.locate(path), seal, commands);
    paths.forget();
  }

  private Path roomInBackup(String path) throws HostException {
    if (facts.stat(backupFolder).isEmpty()) {
      makeDirectory(STATE + "/backup", FileAttributes.root(0700));
    }
    // only root can enter these directories, so they are complete as soon as they exist
    int end = backupFolder.length();
    while (end > 0) {
      FileOperations.makePrivateDirectory(paths.locate((backupFolder + path).substring(0, end)));
      end = (backupFolder + path).indexOf('/', end + 1);
    }
    paths.forget();
    return paths.locate(backupFolder + path);
  }
}
