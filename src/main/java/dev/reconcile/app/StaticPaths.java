// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.DataFolder.Where;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The paths of {@code site.static} on the host. A relative path means the app's data, or else its
 * source.
 *
 * <p>Invariant: a path in a data folder is the real one, outside of the app's trees, and nginx
 * follows a link in it only to a file of the link's owner. The same applies to the code of an app
 * with data: a link in the code may lead to the data, and the app can put a link there.
 *
 * @param directory the directory of the app's code
 * @param data the data folders of the app
 */
public record StaticPaths(String directory, List<DataFolder> data) {
  public StaticPaths {
    data = List.copyOf(data);
  }

  /** Returns the static files at a path as written. */
  Static of(String location, String path) {
    String real = real(path);
    return new Static(location, real, guard(real), "");
  }

  private String real(String path) {
    if (path.startsWith("/") && !path.startsWith(directory + "/")) {
      return path;
    }
    String place = path.startsWith("/") ? path.substring(directory.length() + 1) : path;
    return AppData.real(data, place).orElse(directory + "/" + place);
  }

  // Root's links above a folder of reconcile's are followed: the data may be on another disk. The
  // app may own what is above another folder.
  private String guard(String path) {
    Optional<String> folder = holder(data, path).map(DataFolder::folder);
    if (folder.isPresent()) {
      return AppData.isBelowData(folder.get()) ? ownersLinks(folder.get()) : "if_not_owner";
    }
    return isInCodeBesideData(path) ? ownersLinks(directory) : "";
  }

  /** Returns the guard of files below a folder of root's, above which root's links are followed. */
  static String ownersLinks(String folder) {
    return "if_not_owner from=" + folder;
  }

  private boolean isInCodeBesideData(String path) {
    return path.startsWith(directory + "/")
        && data.stream().anyMatch(folder -> folder.where() == Where.SOURCE);
  }

  private static Optional<DataFolder> holder(List<DataFolder> data, String path) {
    return data.stream()
        .filter(folder -> (path + "/").startsWith(folder.folder() + "/"))
        .findFirst();
  }

  /** Returns the data folders whose place in the source lies in a static folder. */
  List<DataFolder> inside(Static files) {
    List<DataFolder> found = new ArrayList<>();
    for (DataFolder folder : data) {
      String place = place(folder) + "/";
      if (folder.where() != Where.VENV
          && folder.file().isEmpty()
          && files.path().endsWith("/")
          && place.startsWith(files.path())
          && !place.equals(files.path())) {
        found.add(folder);
      }
    }
    return found;
  }

  /** Returns the path of a data folder's place relative to a static folder that contains it. */
  String below(Static files, DataFolder folder) {
    return place(folder).substring(files.path().length());
  }

  private String place(DataFolder folder) {
    return folder.where() == Where.HOST ? folder.folder() : directory + "/" + folder.place();
  }

  /**
   * Returns the data folders of an app; those whose files nginx serves are open to nginx.
   *
   * @param statics the files that nginx serves itself
   */
  static List<DataFolder> served(List<DataFolder> data, List<Static> statics) {
    return data.stream()
        .map(folder -> isServed(folder, statics) ? folder.served() : folder)
        .toList();
  }

  private static boolean isServed(DataFolder folder, List<Static> statics) {
    return statics.stream().anyMatch(files -> holder(List.of(folder), files.path()).isPresent());
  }
}
