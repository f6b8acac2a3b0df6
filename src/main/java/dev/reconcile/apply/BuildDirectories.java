// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step.Material;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The directories of a build, below a directory that only root can enter. Root creates all of them
 * anew and gives them to the build's user before any code of the app runs. After that, root opens
 * nothing in them.
 *
 * @param host the host
 * @param user the system user of the build
 */
record BuildDirectories(Host host, String user) {
  /** The parent directory of all builds. */
  static final String ALL = LocalHost.STATE + "/builds";

  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** Copies a directory: one user reads it, and another writes the copy. */
  private static final String COPY =
      """
      cd "$5" || exit
      setpriv --reuid="$2" --regid="$3" --init-groups --no-new-privs -- \
        tar --create --file=- --directory="$1" --no-recursion --ignore-failed-read \
          --null --verbatim-files-from --files-from=- |
      setpriv --reuid="$4" --regid="$4" --clear-groups --no-new-privs -- \
        tar --extract --file=- --no-same-owner --no-same-permissions
      """;

  /** Returns the directory for the result of the build. */
  String product() {
    return room() + "/product";
  }

  /** Returns the directory of the build's input. */
  String source() {
    return room() + "/source";
  }

  /** Returns the home directory of the user. */
  String home() {
    return room() + "/home";
  }

  /** Returns the directory for the socket of an ssh agent. */
  String agent() {
    return room() + "/agent";
  }

  /** Returns the directory in which the tools of an interpreter are made. */
  String tools() {
    return room() + "/tools";
  }

  /** Returns the path of a file beside the directories that only root can read. */
  String networkFile() {
    return room() + "/network.env";
  }

  /** Returns the path of a second such file, with the variables of an app. */
  String variablesFile() {
    return room() + "/variables.env";
  }

  private String room() {
    return ALL + "/" + user;
  }

  /**
   * Stops processes that an earlier build of this user left running, and removes the directories.
   */
  void clear() throws HostException {
    host.run(Command.of("systemctl", "stop", BuildSandbox.unitsOf(user)));
    remove();
  }

  /** Creates the directories, empty. */
  void make() throws HostException {
    remove();
    host.makeDirectory(ALL, FileAttributes.root(0700));
    host.makeDirectory(room(), FileAttributes.root(0700));
    for (String folder : all()) {
      host.makeDirectory(folder, FileAttributes.root(0755));
    }
  }

  private List<String> all() {
    return List.of(product(), source(), home(), agent(), tools());
  }

  /** Writes the build's input. */
  void fill(Material material, TreeExporter trees) throws HostException, StepException {
    if (!material.tree().commit().isEmpty()) {
      trees.export(material.tree(), host.onDisk(source()));
    }
    if (!material.directory().isEmpty()) {
      give();
      copy(material);
    }
    for (Map.Entry<String, Content> file : material.files().entrySet()) {
      host.writeState(source() + "/" + file.getKey(), file.getValue(), FileAttributes.root(0644));
    }
  }

  private void copy(Material material) throws HostException, StepException {
    List<String> paths = host.facts().listing(material.user(), material.directory()).paths();
    List<String> argv =
        List.of(
            "sh",
            "-c",
            COPY,
            "sh",
            material.directory(),
            material.user(),
            material.group(),
            user,
            source());
    Content names = Content.of(String.join("\0", paths) + "\0");
    CommandRunner.Result result = host.run(new Command(argv, "", Map.of(), LIMIT).reading(names));
    if (!result.ok()) {
      throw new StepException(
          "Copy of an app's source failed",
          "%s, to build from it:\n%s".formatted(material.directory(), result.tail(5)));
    }
  }

  /** Changes the owner of the directories to the user. */
  void give() throws HostException, StepException {
    String owner = user + ":" + user;
    List<String> argv = new ArrayList<>(List.of("chown", "-R", "-h", "--", owner));
    argv.addAll(all());
    CommandRunner.Result result = host.run(Command.of(argv.toArray(String[]::new)).within(LIMIT));
    if (!result.ok()) {
      throw new StepException("Build preparation failed", "chown: " + result.tail(3));
    }
  }

  /** Removes the directories with rm(1), which handles any depth and follows no link. */
  void remove() throws HostException {
    if (host.facts().stat(room()).isEmpty()) {
      return;
    }
    CommandRunner.Result result =
        host.run(
            Command.of("rm", "-rf", "--one-file-system", "--", host.onDisk(room()).toString())
                .within(LIMIT));
    if (!result.ok()) {
      throw new HostException(result, "Cannot remove " + room() + ": " + result.tail(3));
    }
  }
}
