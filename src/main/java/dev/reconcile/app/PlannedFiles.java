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
 * The files of a host as they are once the desired state is applied: those that it declares, and
 * else those that are there. So a file that an apply makes is not missing in its plan.
 *
 * @param facts the host
 * @param resources what the desired state declares
 */
public record PlannedFiles(Facts facts, Map<Address, Declared> resources) {
  private static final Set<String> WITH_PATHS =
      Set.of(FileKind.NAME, LinkKind.NAME, DirectoryKind.NAME);

  /** Whether the desired state makes something at a path. */
  public boolean makes(String path) {
    return WITH_PATHS.stream().anyMatch(kind -> resources.containsKey(new Address(kind, path)));
  }

  /** Whether the desired state makes something at a path or below it. */
  public boolean makesIn(String directory) {
    return resources.keySet().stream()
        .filter(address -> WITH_PATHS.contains(address.kind()))
        .anyMatch(address -> (address.name() + "/").startsWith(directory + "/"));
  }

  /**
   * The content of a regular file, links followed; empty if there is none.
   *
   * @param limit the most bytes that are read of a file that is there
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
