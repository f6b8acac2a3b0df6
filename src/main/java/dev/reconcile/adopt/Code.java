package dev.reconcile.adopt;

import java.util.List;
import java.util.Optional;

/**
 * What was seen of the directory of an app's code.
 *
 * @param isThere whether there is such a directory
 * @param isManaged whether it is a checkout of reconcile's
 * @param hasRequirements whether it has a requirements.txt
 * @param required the names in that file
 * @param isOpen whether the app's user in the tree could change that file or what is above it
 * @param unfit why it cannot be copied into the tree; empty if it can
 * @param secrets places in the code where a secret is written
 * @param data files in it that the app itself seems to write
 * @param origin the address of the repository of which it is a clone
 */
public record Code(
    boolean isThere,
    boolean isManaged,
    boolean hasRequirements,
    List<String> required,
    boolean isOpen,
    String unfit,
    List<Place> secrets,
    List<String> data,
    Optional<String> origin) {
  public Code {
    required = List.copyOf(required);
    secrets = List.copyOf(secrets);
    data = List.copyOf(data);
  }
}
