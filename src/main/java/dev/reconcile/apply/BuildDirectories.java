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
import java.util.List;
import java.util.Map;

/**
 * The folders of one build, below one that only root can enter. Root makes all of them anew, and
 * gives them away before anything of the app's runs; from then on it opens nothing in them.
 *
 * @param host the host
 * @param user who builds
 */
record BuildDirectories(Host host, String user) {
  /** Where all of them are. */
  static final String ALL = LocalHost.STATE + "/builds";

  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** A copy of a directory as one user reads it and another writes it. */
  private static final String COPY =
      """
      cd "$5" || exit
      setpriv --reuid="$2" --regid="$3" --init-groups --no-new-privs -- \
        tar --create --file=- --directory="$1" --no-recursion --ignore-failed-read \
          --null --verbatim-files-from --files-from=- |
      setpriv --reuid="$4" --regid="$4" --clear-groups --no-new-privs -- \
        tar --extract --file=- --no-same-owner --no-same-permissions
      """;

  /** The folder in which it makes what is kept. */
  String product() {
    return room() + "/product";
  }

  /** The folder of what is read. */
  String source() {
    return room() + "/source";
  }

  /** The home of the user. */
  String home() {
    return room() + "/home";
  }

  /** The folder of the socket of an agent. */
  String agent() {
    return room() + "/agent";
  }

  /** A file beside them, which only root can read. */
  String networkFile() {
    return room() + "/network.env";
  }

  private String room() {
    return ALL + "/" + user;
  }

  /** Ends what a build of this user may have left running, and removes the folders. */
  void clear() throws HostException {
    host.run(Command.of("systemctl", "stop", BuildSandbox.unitsOf(user)));
    remove();
  }

  /** Makes the folders, with nothing in them. */
  void make() throws HostException {
    clear();
    host.makeDirectory(ALL, FileAttributes.root(0700));
    host.makeDirectory(room(), FileAttributes.root(0700));
    for (String folder : List.of(product(), source(), home(), agent())) {
      host.makeDirectory(folder, FileAttributes.root(0755));
    }
  }

  /** Writes what the build reads. */
  void fill(Material material, TreeExporter trees) throws HostException, StepFailure {
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

  private void copy(Material material) throws HostException, StepFailure {
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
      throw new StepFailure(
          "An app's source could not be copied",
          material.directory() + ", to build from it:\n" + result.tail(5));
    }
  }

  /** Gives the folders to the user. */
  void give() throws HostException, StepFailure {
    String owner = user + ":" + user;
    CommandRunner.Result result =
        host.run(
            Command.of("chown", "-R", "-h", "--", owner, product(), source(), home(), agent())
                .within(LIMIT));
    if (!result.ok()) {
      throw new StepFailure("A build could not be prepared", "chown: " + result.tail(3));
    }
  }

  /** Removes them; by a program that goes as deep as a build can, and follows no link. */
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
