// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.app.Sources;
import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step.TreeRef;
import java.util.Optional;

/**
 * The code of an app in a directory on the host that reconcile does not manage. The app may be able
 * to change it, so its files are read with the rights of the app's user.
 *
 * @param facts the host
 * @param app the app that the code belongs to
 * @param directory the directory
 * @param most the largest size of a file in bytes
 */
record UnmanagedFiles(Facts facts, App app, String directory, int most)
    implements Sources.Resolved {
  @Override
  public String revision() {
    return "as it is";
  }

  @Override
  public TreeRef tree() {
    return new TreeRef("", "", "");
  }

  @Override
  public Optional<SourceFile> file(String path) throws Unusable {
    try {
      return facts
          .readAs(reader(), directory, path, most)
          .map(file -> new SourceFile(file.place(), file.content()));
    } catch (HostException e) {
      throw new Unusable("Requirements not readable", e.message());
    }
  }

  // A user that the run creates is in no group, and owns nothing.
  private FileAttributes reader() throws HostException {
    return facts.hasUser(app.user())
        ? new FileAttributes(app.user(), app.group(), 0)
        : new FileAttributes("nobody", "nogroup", 0);
  }

  @Override
  public String state() throws Unusable {
    try {
      return facts.listing(app.user(), directory).digest();
    } catch (HostException e) {
      throw new Unusable(
          "Source not observable",
          """
          %s The requirements refer to what is in it, so each change must be \
          noticed. Have it come from git (source.git, source.folder), or leave \
          those lines out.\
          """
              .formatted(e.getMessage()));
    }
  }
}
