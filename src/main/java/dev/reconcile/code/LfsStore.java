// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import dev.reconcile.source.LfsFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The trees of an app on the host, as a store of the contents that Git LFS keeps: most files are
 * the same in the next commit.
 */
final class LfsStore {
  private final List<Path> trees = new ArrayList<>();
  private final int folder;

  /**
   * @param host the host
   * @param app the app that the trees belong to
   * @param folder the folder of the commit that the trees contain, empty for the whole commit
   */
  LfsStore(Host host, String app, String folder) throws HostException {
    this.folder = folder.isEmpty() ? 0 : folder.length() + 1;
    for (String name : host.facts().list(of(app))) {
      if (!name.startsWith(".")) {
        trees.add(host.onDisk(of(app) + "/" + name + "/."));
      }
    }
  }

  /** Returns the directory of an app's trees. */
  static String of(String app) {
    return new Layout(app).checkouts();
  }

  /**
   * Returns whether a tree has a file of that size at that path, which is then most likely the
   * same.
   */
  boolean seemsToHave(LfsFile file) {
    return trees.stream().anyMatch(tree -> hasSize(place(tree, file), file.size()));
  }

  /** Returns a file of a tree with this content. */
  Optional<Path> whole(LfsFile file) throws HostException {
    for (Path tree : trees) {
      Path place = place(tree, file);
      if (hasSize(place, file.size()) && sha256(place).equals(file.oid())) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }

  private Path place(Path tree, LfsFile file) {
    return tree.resolve(file.path().substring(folder));
  }

  private static boolean hasSize(Path place, long size) {
    try {
      return Files.isRegularFile(place, LinkOption.NOFOLLOW_LINKS) && Files.size(place) == size;
    } catch (IOException e) {
      return false;
    }
  }

  private static String sha256(Path place) throws HostException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(place), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    } catch (IOException e) {
      throw new HostException("Cannot read " + place + ": " + e.getMessage(), e);
    }
  }
}
