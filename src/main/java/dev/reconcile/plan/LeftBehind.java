// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.DataKind;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import java.util.Optional;

/** The notice of a resource that has left the repo and stays on the host. */
final class LeftBehind {
  private LeftBehind() {}

  /**
   * Returns the notice. The notice of a data folder names its path, so the folder above has none.
   *
   * @param owned the resource
   * @param what what is at its path, in words
   */
  static Optional<Diagnostic> notice(OwnedResource owned, String what) {
    Address address = owned.address();
    return switch (address.kind()) {
      case DataKind.NAME -> Optional.of(DataKind.kept(owned));
      case DirectoryKind.NAME -> directory(address, what);
      default ->
          Optional.of(
              Diagnostic.notice(
                  "Resource replaced by hand",
                  "%s has left the repo, but %s is in its place. reconcile keeps it."
                      .formatted(address, what)));
    };
  }

  private static Optional<Diagnostic> directory(Address address, String what) {
    return address.name().startsWith(Layout.DATA + "/")
        ? Optional.empty()
        : Optional.of(
            Diagnostic.notice(
                "Directory kept",
                "%s has left the repo, but is %s. reconcile keeps it.".formatted(address, what)));
  }
}
