// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Declared;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files of a host after the desired state is applied: the declared files, and otherwise the
 * existing files. So a plan does not report a file as missing if the apply creates it.
 *
 * @param facts the facts of the host
 * @param resources the resources that the desired state declares
 */
public record PlannedFiles(Facts facts, Map<Address, Declared> resources) {
  private static final Set<String> WITH_PATHS =
      Set.of(FileKind.NAME, LinkKind.NAME, DirectoryKind.NAME);

  /** Reports whether the desired state declares a file, link or directory at a path. */
  public boolean makes(String path) {
    return WITH_PATHS.stream().anyMatch(kind -> resources.containsKey(new Address(kind, path)));
  }

  /** Reports whether it declares a file, link or directory at a path or below it. */
  public boolean makesIn(String directory) {
    return resources.keySet().stream()
        .filter(address -> WITH_PATHS.contains(address.kind()))
        .anyMatch(address -> (address.name() + "/").startsWith(directory + "/"));
  }

  /**
   * Returns the content of a regular file; links are followed; empty if there is no such file.
   *
   * @param path the path of the file
   * @param limit the most bytes that are read of an existing file
   */
  public Optional<byte[]> read(String path, int limit) throws HostException {
    Declared declared = resources.get(FileKind.address(path));
    if (declared != null && declared.spec() instanceof FileKind.Spec spec) {
      return Optional.of(spec.content().bytes());
    }
    Optional<String> file = facts.file(path);
    return file.isEmpty() ? Optional.empty() : Optional.of(facts.read(file.get(), limit));
  }
}
