// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.Sources;
import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step.TreeRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The code of an app in a folder of a working tree, committed or not.
 *
 * <p>Invariant: no file outside of the folder is read.
 *
 * @param folder an existing directory
 * @param most the largest size of a file in bytes
 */
public record WorkingFolder(Path folder, int most) implements Sources.Resolved {
  @Override
  public String revision() {
    return "working-tree";
  }

  @Override
  public TreeRef tree() {
    return new TreeRef("", "", "");
  }

  @Override
  public Optional<SourceFile> file(String path) throws Unusable {
    Path place = folder.resolve(path).normalize();
    if (!Files.exists(place)) {
      return Optional.empty();
    }
    try {
      Path root = folder.toRealPath();
      Path real = place.toRealPath();
      if (!real.startsWith(root)) {
        throw new Unusable("Path outside the source", path + " leads out of the app's source.");
      }
      if (!Files.isRegularFile(real)) {
        return Optional.empty();
      }
      try (InputStream in = Files.newInputStream(real)) {
        byte[] bytes = in.readNBytes(most + 1);
        if (bytes.length > most) {
          throw new Unusable(
              "Requirements not readable", path + " has more than " + most + " bytes.");
        }
        return Optional.of(
            new SourceFile(String.valueOf(root.relativize(real)), new Content(bytes, false)));
      }
    } catch (IOException e) {
      throw new Unusable("Requirements not readable", path + ": " + e.getMessage());
    }
  }
}
