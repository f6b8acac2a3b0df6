// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.app.Templates;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The files that a desired state names. A file that cannot be read becomes an error.
 *
 * @param tree the desired-state tree
 * @param diagnostics the diagnostics to which errors are added
 */
record TreeFiles(FileTree tree, Diagnostics diagnostics) implements Templates.TemplateFiles {
  private static final int MOST_FILE_BYTES = 4 << 20;

  /** Returns the content of a file; a missing file is an error at {@code origin}. */
  Optional<Content> content(String path, Origin origin) {
    try {
      Optional<byte[]> bytes = tree.read(path, MOST_FILE_BYTES);
      if (bytes.isEmpty()) {
        diagnostics.add(
            Diagnostic.error(
                origin, "No such file in the repo", path + " is not in the desired-state tree."));
      }
      return bytes.map(content -> new Content(content, false));
    } catch (FileTree.Unreadable e) {
      unusable(origin, e);
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> template(String name) {
    try {
      return tree.read("templates/" + name, YamlReader.MOST_BYTES)
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    } catch (FileTree.Unreadable e) {
      unusable(Origin.of("templates/" + name), e);
      return Optional.empty();
    }
  }

  private void unusable(Origin origin, FileTree.Unreadable e) {
    diagnostics.add(Diagnostic.error(origin, "Unusable file", String.valueOf(e.getMessage())));
  }
}
