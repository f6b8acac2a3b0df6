// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.DataFolder.Where;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.DataKind;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.DataLink;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.web.WebUser;
import java.util.List;
import java.util.Optional;

/**
 * The data folders of an app as resources, and the links to them in its trees.
 *
 * <p>Invariant: all folders between the folder of all data and a data folder are root's, so that no
 * app can put a link in the place of one.
 */
final class AppData {
  private static final TreeRef NO_TREE = new TreeRef("", "", "");

  private final App app;
  private final Declarations declarations;
  private final WebUser nginx;

  /**
   * @param nginx the user of nginx's workers, to whose group a served folder belongs
   */
  AppData(App app, Declarations declarations, WebUser nginx) {
    this.app = app;
    this.declarations = declarations;
    this.nginx = nginx;
  }

  /** Returns the links of an app's source trees or of its virtualenvs, in the order of places. */
  static List<DataLink> links(App app, Where where) {
    return app.data().stream()
        .filter(data -> data.where() == where)
        .flatMap(data -> data.link().stream())
        .sorted((one, other) -> one.place().compareTo(other.place()))
        .toList();
  }

  /** Declares the folders. Content of git in the place of one is a fault of the app. */
  void declare(Sources.Resolved code) throws HostException {
    for (DataFolder data : app.data()) {
      Optional<String> content =
          data.where() == Where.SOURCE ? contentOf(code, data) : Optional.empty();
      if (content.isPresent() && !(data.isSeeded() && isSeed(content.get(), data))) {
        refuse(data, content.get(), code.revision());
      }
      parents(data);
      add(
          DataKind.address(data.folder()),
          new DataKind.Spec(
              new FileAttributes(app.user(), data.group(app, nginx), data.mode()),
              content.isPresent() && data.isSeeded() ? seed(code.tree(), data) : NO_TREE,
              data.file(),
              former(app, data)),
          data.origin());
    }
  }

  /** Returns where data of an app is in its directory, before reconcile keeps it elsewhere. */
  static DataKind.Former former(App app, DataFolder data) {
    return data.where() == Where.SOURCE
        ? new DataKind.Former(app.directory(), data.place())
        : DataKind.Former.NONE;
  }

  private Optional<String> contentOf(Sources.Resolved code, DataFolder data) throws HostException {
    try {
      return code.contentAt(data.place());
    } catch (Unusable e) {
      declarations.fault(app.name(), data.origin(), e.summary(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  // A file in git seeds a data file, and a folder seeds a data folder.
  private static boolean isSeed(String content, DataFolder data) {
    return data.file().isEmpty()
        ? content.startsWith(data.place() + "/")
        : content.equals(data.place());
  }

  private void refuse(DataFolder data, String content, String revision) {
    declarations.fault(
        app.name(),
        data.origin(),
        "Data that git has, too",
        """
        "data" names %s, and the revision %s has %s. A link to the data would hide it. Remove it \
        from git, or copy it once into the new folder with {path: %s, seed: true}.\
        """
            .formatted(data.place(), shortened(revision), content, data.place()));
  }

  private static String shortened(String revision) {
    return revision.length() > 12 ? revision.substring(0, 12) : revision;
  }

  private static TreeRef seed(TreeRef tree, DataFolder data) {
    String folder = tree.folder().isEmpty() ? data.place() : tree.folder() + "/" + data.place();
    return new TreeRef(tree.repository(), tree.commit(), folder);
  }

  private void parents(DataFolder data) {
    String root = app.layout().data();
    if (!data.folder().startsWith(root + "/")) {
      return;
    }
    for (int end = root.length();
        end > 0 && end < data.folder().length();
        end = data.folder().indexOf('/', end + 1)) {
      Address address = DirectoryKind.address(data.folder().substring(0, end));
      if (!declarations.has(address)) {
        add(
            address,
            new DirectoryKind.Spec(FileAttributes.root(DirectoryKind.DATA_MODE)),
            data.origin());
      }
    }
  }

  private void add(Address address, Record spec, Origin origin) {
    declarations.add(new Declared(address, spec, app.name(), Role.DIRECTORY, List.of(), origin));
  }

  /** Returns the real path of a path in a data folder; empty if it is in none. */
  static Optional<String> real(List<DataFolder> folders, String place) {
    for (DataFolder data : folders) {
      if (data.where() == Where.SOURCE && (place + "/").startsWith(data.place() + "/")) {
        return Optional.of(data.target() + place.substring(data.place().length()));
      }
    }
    return Optional.empty();
  }

  /** Tells whether a path lies in a data folder that only root can replace. */
  static boolean isBelowData(String path) {
    return path.startsWith(Layout.DATA + "/");
  }
}
