// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.DataFolder;
import dev.reconcile.host.FolderLook;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.SortedSet;

/**
 * The data in a directory that a run takes over from an app: what the run moves, and the links that
 * stand in the place of data, those of an earlier run and those of an administrator.
 *
 * @param app the app
 * @param isAllowed whether the run may move data
 * @param data the data folders of the app's source
 * @param planned those of them that the plan moves
 * @param unmoved those that are there, and that the run cannot move
 * @param links the places at which links stand
 * @param commands the commands that make the new places lead where links of an administrator lead
 */
record DataInside(
    String app,
    boolean isAllowed,
    List<DataFolder> data,
    List<DataFolder> planned,
    List<DataFolder> unmoved,
    SortedSet<String> links,
    List<String> commands) {

  /** Tells whether a file of the directory belongs to it. */
  boolean has(FolderLook.Item item) {
    return links.contains(item.path())
        || (isAllowed && planned.stream().anyMatch(folder -> isOf(folder, item.path())));
  }

  private static boolean isOf(DataFolder data, String path) {
    return data.file().isEmpty()
        ? (path + "/").startsWith(data.place() + "/")
        : path.equals(data.place())
            || Step.MoveData.BESIDE.stream().anyMatch(end -> path.equals(data.place() + end));
  }

  /** Returns the sentence that names the data that the option would move; empty for none. */
  String offer() {
    return isAllowed || data.isEmpty()
        ? ""
        : "\nWith the option --move-data, the run moves what \"data\" names (%s) to %s."
            .formatted(places(data), new Layout(app).data());
  }

  /** Returns why the run does not move data that is there. */
  String why() {
    return """
    In it is %s, which "data" names, and which the option --move-data does not move. Its new place \
    in %s has content already, or "data" names a folder and it is a file, or the other way round \
    (see the key "file").\
    """
        .formatted(places(unmoved), new Layout(app).data());
  }

  private static String places(List<DataFolder> folders) {
    return String.join(", ", folders.stream().map(DataFolder::place).toList());
  }
}
