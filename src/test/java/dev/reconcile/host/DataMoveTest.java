// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.InMemory;
import dev.reconcile.fault.FaultyHost;
import dev.reconcile.fault.FileCalls;
import dev.reconcile.fault.FileCalls.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move of data that ends at each of its system calls: the old path leads to all of it. */
final class DataMoveTest {
  private static final String DATABASE = "/srv/blog/notes.db";
  private static final String FOLDER = "/srv/blog/instance";

  @TempDir(factory = InMemory.class)
  Path temp;

  private Path scene(String name) throws IOException {
    Path root = Files.createDirectory(temp.resolve(name));
    Files.createDirectories(root.resolve("srv/blog/instance/deep"));
    Files.writeString(root.resolve("srv/blog/instance/deep/blog.db"), "posts");
    Files.writeString(root.resolve("srv/blog/notes.db"), "notes");
    Files.writeString(root.resolve("srv/blog/notes.db-wal"), "more notes");
    return root;
  }

  private static LocalHost host(Path root) throws HostException {
    return new LocalHost(root, new ProcessRunner(), "run", List.of());
  }

  private static void moveAll(Host host) throws HostException {
    host.moveData(FOLDER, "/var/lib/gunicorn/blog/instance");
    host.moveData(DATABASE, "/var/lib/gunicorn/blog/notes.db/notes.db");
  }

  /** The place to which a path leads, with the root in the place of the machine's. */
  private static Path followed(Path root, String path) throws IOException {
    Path place = root.resolve(path.substring(1));
    return Files.isSymbolicLink(place)
        ? root.resolve(Files.readSymbolicLink(place).toString().substring(1))
        : place;
  }

  private static void assertWhole(Path root) throws IOException {
    assertThat(followed(root, FOLDER).resolve("deep/blog.db")).hasContent("posts");
    Path database = followed(root, DATABASE);
    assertThat(database).hasContent("notes");
    // SQLite looks for the log beside the file to which the path leads
    assertThat(database.resolveSibling("notes.db-wal")).hasContent("more notes");
  }

  @Test
  void theDataIsWholeAtEachMoment() throws Exception {
    FileCalls counted = new FileCalls(0, End.KILL, () -> {});
    moveAll(host(counted.wrap(scene("counted"))));
    int calls = counted.calls().size();
    assertThat(calls).isGreaterThan(6);
    for (End end : End.values()) {
      for (int at = 1; at <= calls; at++) {
        Path root = scene(end + "-" + at);
        Host killed = host(new FileCalls(at, end, () -> {}).wrap(root));
        assertThatThrownBy(() -> moveAll(killed)).isInstanceOf(FaultyHost.Killed.class);
        assertWhole(root);

        moveAll(host(root));

        assertWhole(root);
        assertThat(root.resolve("srv/blog/instance")).isSymbolicLink();
        assertThat(root.resolve("srv/blog/notes.db")).isSymbolicLink();
        assertThat(Files.exists(root.resolve("srv/blog/notes.db-wal"), LinkOption.NOFOLLOW_LINKS))
            .as("the second name of the log, after " + counted.calls().get(at - 1))
            .isFalse();
      }
    }
  }

  /** What the app wrote after the kill and before the next run is not taken for the moved log. */
  @Test
  void aLogThatWasWrittenAnewAfterAKillIsTheOneThatIsMoved() throws Exception {
    Path root = scene("again");
    Files.createDirectories(root.resolve("var/lib/gunicorn/blog/notes.db"));
    Path stale = root.resolve("var/lib/gunicorn/blog/notes.db/notes.db-wal");
    Files.writeString(stale, "stale");
    Files.createSymbolicLink(
        stale.resolveSibling("notes.db"), Path.of("/var/lib/gunicorn/blog/notes.db/notes.db"));

    moveAll(host(root));

    assertWhole(root);
  }

  @Test
  void dataIsNotMovedOverOther() throws Exception {
    Path root = scene("other");
    Path there = root.resolve("var/lib/gunicorn/blog/instance");
    Files.createDirectories(there);
    Files.writeString(there.resolve("mine"), "mine");

    assertThatThrownBy(() -> moveAll(host(root))).isInstanceOf(HostException.class);

    assertThat(there.resolve("mine")).hasContent("mine");
    assertWhole(root);
  }
}
