// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.testcontainers.utility.MountableFile;

/**
 * The git server on a {@link TestHost}: bare repositories in /srv/git, served over ssh.
 *
 * <p>The repositories belong to the user git, and nobody gets in without a key.
 *
 * @param host where it runs
 */
public record GitServer(TestHost host) {

  private static final List<String> LISTS =
      List.of(
          "requirements.txt", "poetry.lock", "Pipfile.lock", "pyproject.toml", "setup.py", "none");

  private static final String PUSH =
      """
      repository=/srv/git/$1.git
      tree=$2
      chown -R git:git "$tree"
      as_git() {
        runuser -u git -- env HOME=/srv/git GIT_DIR="$repository" \
          GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost \
          GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost "$@"
      }
      cd "$tree"
      [ -d "$repository" ] || as_git git init -q --bare -b main "$repository"
      as_git git --work-tree="$tree" add -A -f .
      as_git git --work-tree="$tree" commit -q --allow-empty -m "$3"
      as_git git rev-parse HEAD
      cd /
      rm -rf "$tree"
      """;

  private static final String ALLOW_ROOT =
      """
      install -d -m 700 /root/.ssh
      [ -f /root/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
      cat /root/.ssh/id_ed25519.pub >>/srv/git/.ssh/authorized_keys
      echo "localhost $(cat /etc/ssh/ssh_host_ed25519_key.pub)" >>/root/.ssh/known_hosts
      """;

  /** Where root on the host, once allowed, clones a repository from. */
  public String sshUrl(String name) {
    return "git@localhost:/srv/git/" + name + ".git";
  }

  /** Where a repository can be read without ssh. */
  public String fileUrl(String name) {
    return "file:///srv/git/" + name + ".git";
  }

  /**
   * Commits a tree (content by path) to main, making the repository if need be, and gives the
   * commit's id; the commit holds exactly these files, and one is made even if nothing changed.
   */
  public String push(String name, Map<String, String> tree) {
    try {
      Path folder = Files.createTempDirectory("reconcile-push");
      try {
        writeTree(folder, tree);
        String uploaded = host.upload(MountableFile.forHostPath(folder));
        return host.run("sh", "-ec", PUSH, "sh", name, uploaded, "Change " + name).strip();
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives root a key that the server accepts, and pins the server's key; no question is left. */
  public void allowRoot() {
    host.runScript(ALLOW_ROOT);
  }

  // Code in a main.py that lists no dependencies gets an empty list: a new app needs one.
  private static void writeTree(Path folder, Map<String, String> tree) throws IOException {
    Set<Path> apps = new HashSet<>();
    for (Map.Entry<String, String> entry : tree.entrySet()) {
      Path file = folder.resolve(entry.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, entry.getValue());
      if (file.endsWith("main.py")) {
        apps.add(file.getParent());
      }
    }
    for (Path app : apps) {
      if (LISTS.stream().noneMatch(list -> Files.exists(app.resolve(list)))) {
        Files.writeString(app.resolve("requirements.txt"), "");
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
