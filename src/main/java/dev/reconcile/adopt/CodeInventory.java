// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Facts about the directory of an app's code.
 *
 * @param isThere whether the directory exists
 * @param isManaged whether reconcile made it, as a checkout
 * @param isRoots whether root owns all of it, so that nobody else works there
 * @param hasRequirements whether it has a requirements.txt
 * @param required the names of the packages in that file
 * @param closed the first path in it or above it that the app's user in the tree cannot read or
 *     enter; empty if the user can read all of it
 * @param unfit the reason why it cannot be copied into the tree; empty if it can
 * @param secrets lines of the code that hold a secret
 * @param data files in it that the app itself probably writes
 * @param origin the address of the repository that it was cloned from
 * @param imports the top-level names of the modules that the code imports
 * @param ports the local ports that the code names, each with its location
 */
public record CodeInventory(
    boolean isThere,
    boolean isManaged,
    boolean isRoots,
    boolean hasRequirements,
    List<String> required,
    String closed,
    String unfit,
    List<SourceLocation> secrets,
    List<String> data,
    Optional<String> origin,
    Set<String> imports,
    Map<Integer, SourceLocation> ports) {
  /** The facts about a directory that does not exist. */
  public static final CodeInventory NONE =
      new CodeInventory(
          false,
          false,
          false,
          false,
          List.of(),
          "",
          "",
          List.of(),
          List.of(),
          Optional.empty(),
          Set.of(),
          Map.of());

  public CodeInventory {
    required = List.copyOf(required);
    secrets = List.copyOf(secrets);
    data = List.copyOf(data);
    imports = Set.copyOf(imports);
    ports = new TreeMap<>(ports);
  }
}
