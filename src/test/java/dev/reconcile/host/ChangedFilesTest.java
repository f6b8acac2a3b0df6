// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChangedFilesTest {
  @TempDir Path temp;

  private Path tree(String name) throws IOException {
    Path tree = temp.resolve(name);
    for (String file : new String[] {"main.py", "app/views.py", "app/old.py", "static/a.css"}) {
      Files.createDirectories(tree.resolve(file).getParent());
      Files.writeString(tree.resolve(file), file);
    }
    return tree;
  }

  @Test
  void whatWasChangedAfterTheLinkIsFound() throws Exception {
    Path tree = tree("tree");
    Path link = Files.createSymbolicLink(temp.resolve("live"), tree);
    Thread.sleep(2100); // file systems may keep whole seconds

    assertThat(ChangedFiles.since(link, tree)).isEmpty();

    Files.writeString(tree.resolve("main.py"), "main.pY");
    Files.setLastModifiedTime(tree.resolve("main.py"), FileTime.from(Instant.EPOCH));
    Files.setPosixFilePermissions(
        tree.resolve("app/views.py"), PosixFilePermissions.fromString("rw-------"));
    Files.createDirectories(tree.resolve("uploads/x"));
    Files.writeString(tree.resolve("uploads/x/a"), "");
    Files.createDirectories(tree.resolve("static/__pycache__"));
    Files.writeString(tree.resolve("static/__pycache__/a.pyc"), "");
    assertThat(ChangedFiles.since(link, tree))
        .containsExactly("app/views.py", "main.py", "uploads/x/a");

    Files.delete(tree.resolve("app/old.py"));
    Files.delete(tree.resolve("app/views.py"));
    assertThat(ChangedFiles.since(link, tree)).containsExactly("app/", "main.py", "uploads/x/a");
    assertThat(ChangedFiles.since(temp.resolve("none"), tree)).isEmpty();
    assertThat(ChangedFiles.since(link, temp.resolve("none"))).isEmpty();
  }

  @Test
  void treesAreComparedByContentModeAndNames() throws Exception {
    Path one = tree("one");
    Path other = tree("other");
    Files.createDirectories(one.resolve("app/__pycache__"));
    assertThat(TreeComparison.same(one, other)).isTrue();

    Files.writeString(other.resolve("main.py"), "Main.py");
    assertThat(TreeComparison.same(one, other)).isFalse();
    Files.writeString(other.resolve("main.py"), "main.py");
    Files.setPosixFilePermissions(
        other.resolve("main.py"), PosixFilePermissions.fromString("rwx------"));
    assertThat(TreeComparison.same(one, other)).isFalse();
    Files.delete(other.resolve("main.py"));
    assertThat(TreeComparison.same(one, other)).isFalse();
    Files.createSymbolicLink(other.resolve("main.py"), one.resolve("main.py"));
    assertThat(TreeComparison.same(one, other)).isFalse();
  }
}
