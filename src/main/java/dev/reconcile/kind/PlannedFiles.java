// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files of a host after an apply: those that it makes or removes, and otherwise the existing
 * files. So a check does not report a file as missing if the apply creates it.
 *
 * @param facts the facts of the host
 * @param resources the resources that are there after the apply, by address
 * @param removed the paths at which the apply removes something; a resource at the path wins
 */
public record PlannedFiles(Facts facts, Map<Address, Declared> resources, Set<String> removed) {
  private static final Set<String> WITH_PATHS =
      Set.of(FileKind.NAME, LinkKind.NAME, DirectoryKind.NAME);

  private static final int MOST_BYTES = 4 << 20;
  private static final int OTHERS_READ = 0004;

  /**
   * A file and its text.
   *
   * @param path the path of the file
   * @param text the text; empty if it is not a regular file, for example a link that masks a unit
   * @param isSecret whether it is not readable by all users
   */
  public record Text(String path, String text, boolean isSecret) {}

  /** Creates the files after everything in a desired state is applied. */
  public PlannedFiles(Facts facts, Map<Address, Declared> resources) {
    this(facts, resources, Set.of());
  }

  /** Returns the files after some changes. */
  public static PlannedFiles after(Facts facts, Collection<Change> changes) {
    Map<Address, Declared> resources = new HashMap<>();
    Set<String> removed = new HashSet<>();
    for (Change change : changes) {
      Optional<Declared> after = after(change);
      if (after.isPresent()) {
        resources.put(change.address(), after.get());
      } else {
        removed.add(change.address().name());
      }
    }
    return new PlannedFiles(facts, resources, removed);
  }

  /** Returns the resource after a change; empty if the change removes it. */
  public static Optional<Declared> after(Change change) {
    return change.declared().filter(declared -> !(declared.spec() instanceof ConflictKind.Spec));
  }

  /** Reports whether the apply makes a file, link or directory at a path. */
  public boolean makes(String path) {
    return WITH_PATHS.stream().anyMatch(kind -> resources.containsKey(new Address(kind, path)));
  }

  /** Reports whether the apply creates a user, with a group of the same name. */
  public boolean makesUser(String user) throws HostException {
    return resources.containsKey(UserKind.address(user)) && !facts.hasUser(user);
  }

  /** Reports whether it makes a file, link or directory at a path or below it. */
  public boolean makesIn(String directory) {
    return resources.keySet().stream()
        .filter(address -> WITH_PATHS.contains(address.kind()))
        .anyMatch(address -> (address.name() + "/").startsWith(directory + "/"));
  }

  /** Reports whether the apply leaves nothing at a path at which there was something. */
  public boolean removes(String path) {
    return removed.contains(path) && !makes(path);
  }

  /** Returns the file that the apply makes at a path. */
  public Optional<FileKind.Spec> made(String path) {
    Declared declared = resources.get(FileKind.address(path));
    return declared != null && declared.spec() instanceof FileKind.Spec spec
        ? Optional.of(spec)
        : Optional.empty();
  }

  /** Returns the target of the link that the apply makes at a path, as written in it. */
  public Optional<String> linkMade(String path) {
    Declared declared = resources.get(LinkKind.address(path));
    return declared != null && declared.spec() instanceof LinkKind.Spec spec
        ? Optional.of(spec.target())
        : Optional.empty();
  }

  /**
   * Returns the content of a regular file; links are followed; empty if there is no such file.
   *
   * @param path the path of the file
   * @param limit the most bytes that are read of an existing file
   */
  public Optional<byte[]> read(String path, int limit) throws HostException {
    Optional<FileKind.Spec> made = made(path);
    if (made.isPresent()) {
      return made.map(spec -> spec.content().bytes());
    }
    Optional<String> file = facts.file(path);
    return file.isEmpty() ? Optional.empty() : Optional.of(facts.read(file.get(), limit));
  }

  /** Reads the file at a path; empty if there will be nothing. */
  public Optional<Text> text(String path) throws HostException {
    Optional<FileKind.Spec> made = made(path);
    if (made.isPresent()) {
      return made.map(
          spec -> new Text(path, spec.content().text(), !isForAll(spec.attributes().mode())));
    }
    Optional<Stat> stat = removes(path) ? Optional.empty() : facts.stat(path);
    return stat.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Text(path, facts.text(path, MOST_BYTES).orElse(""), !isForAll(stat.get().mode())));
  }

  private static boolean isForAll(int mode) {
    return (mode & OTHERS_READ) != 0;
  }

  /** Lists the names in a directory. */
  public NavigableSet<String> list(String folder) throws HostException {
    NavigableSet<String> names = new TreeSet<>(facts.list(folder));
    String prefix = folder + "/";
    removed.stream().filter(path -> isIn(prefix, path)).forEach(path -> names.remove(name(path)));
    resources.keySet().stream()
        .filter(address -> WITH_PATHS.contains(address.kind()) && isIn(prefix, address.name()))
        .forEach(address -> names.add(name(address.name())));
    return names;
  }

  private static boolean isIn(String prefix, String path) {
    return path.startsWith(prefix) && path.indexOf('/', prefix.length()) < 0;
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
