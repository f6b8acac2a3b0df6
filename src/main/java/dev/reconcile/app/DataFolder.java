// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.DataLink;
import dev.reconcile.model.Origin;
import dev.reconcile.web.WebUser;
import java.util.Optional;

/**
 * A folder of data that the app writes and that outlives its revisions. A data file has a folder of
 * its own, because programs such as SQLite write other files beside it.
 *
 * <p>Invariant: the folder lies outside of the app's code and of its virtualenv.
 *
 * @param where where the desired state names it
 * @param place the path in the source or in the virtualenv; empty for an absolute path
 * @param folder the absolute path of the folder on the host
 * @param file the name of the data file in the folder; empty if the folder itself is the data
 * @param mode the mode of the folder
 * @param isSeeded whether a new folder gets the content that git has at the place
 * @param isServed whether nginx serves files of the folder
 * @param origin where it is declared
 */
public record DataFolder(
    Where where,
    String place,
    String folder,
    String file,
    int mode,
    boolean isSeeded,
    boolean isServed,
    Origin origin) {
  private static final int SET_GROUP = 02000;

  /** The tree to which a place belongs. */
  public enum Where {
    SOURCE,
    VENV,
    HOST
  }

  /** Returns the path of the data, to which the link in a tree leads. */
  public String target() {
    return file.isEmpty() ? folder : folder + "/" + file;
  }

  /** Returns the link in the app's source trees or virtualenvs; empty for an absolute path. */
  Optional<DataLink> link() {
    return where == Where.HOST ? Optional.empty() : Optional.of(new DataLink(place, target()));
  }

  /** Returns the group of the folder: nginx reads the files of a served folder by its group. */
  String group(App app, WebUser nginx) {
    return isServed ? nginx.group() : app.group();
  }

  /** Returns the data folder of a site that serves files of it. */
  DataFolder served() {
    return new DataFolder(where, place, folder, file, mode | SET_GROUP, isSeeded, true, origin);
  }
}
