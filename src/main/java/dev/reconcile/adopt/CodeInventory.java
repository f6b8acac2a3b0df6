package dev.reconcile.adopt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was seen of the directory of an app's code.
 *
 * @param isThere whether there is such a directory
 * @param isManaged whether it is a checkout of reconcile's
 * @param isRoots whether all of it is root's, so that nobody else works there
 * @param hasRequirements whether it has a requirements.txt
 * @param required the names in that file
 * @param closed what in it the app's user in the tree cannot read or enter, or above it; empty if
 *     all is open
 * @param unfit why it cannot be copied into the tree; empty if it can
 * @param secrets places in the code where a secret is written
 * @param data files in it that the app itself seems to write
 * @param origin the address of the repository of which it is a clone
 * @param imports the modules that the code imports, by the first part of their names
 * @param ports the ports of this machine that are written in it, and where
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
  /** No such directory. */
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
