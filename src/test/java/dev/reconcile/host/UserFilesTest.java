// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.model.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a directory that somebody else can change; VirtualenvIT has the rights of users. */
final class UserFilesTest {
  private static final FileAttributes USER = new FileAttributes("www-data", "www-data", 0);

  @TempDir Path temp;
  private LocalHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    write("srv/app/requirements/prod.txt", "Flask\n");
    write("srv/secret.txt", "secret\n");
  }

  private void write(String path, String text) throws IOException {
    Path file = temp.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void link(String path, String target) throws IOException {
    Files.createSymbolicLink(temp.resolve(path), Path.of(target));
  }

  private Optional<String> read(String path) throws HostException {
    return host.facts()
        .readAs(USER, "/srv/app", path, 100)
        .map(file -> file.place() + ": " + file.content().text().strip());
  }

  @Test
  void linksWithinAreFollowed() throws Exception {
    link("srv/app/requirements.txt", "requirements/prod.txt");
    link("srv/current", "app");
    assertThat(read("requirements.txt")).contains("requirements/prod.txt: Flask");
    assertThat(read("requirements/../requirements/./prod.txt"))
        .contains("requirements/prod.txt: Flask");
    assertThat(host.facts().readAs(USER, "/srv/current", "requirements.txt", 100)).isPresent();
    assertThat(read("missing.txt")).isEmpty();
  }

  @Test
  void nothingOutsideIsRead() throws Exception {
    link("srv/app/out", "../secret.txt");
    link("srv/app/folder", "..");
    for (String path : List.of("out", "folder/secret.txt", "../secret.txt")) {
      assertThatThrownBy(() -> read(path)).hasMessageContaining("leads out of");
    }
  }

  @Test
  void whatIsTooLargeOrNoFileIsRefused() throws Exception {
    write("srv/app/large.txt", "x".repeat(101));
    assertThatThrownBy(() -> read("large.txt")).hasMessageContaining("more than 100 bytes");
    assertThatThrownBy(() -> read("requirements")).hasMessageContaining("is not a file");
  }

  @Test
  void aLinkThatIsBentIsSeen() throws Exception {
    write("srv/app/one/r.txt", "x");
    write("srv/app/two/r.txt", "x");
    link("srv/app/second", "one");
    link("srv/app/first.txt", "second.txt");
    link("srv/app/second.txt", "second/r.txt");
    read("first.txt");
    List<String> seen = host.facts().observations().lines();
    assertThat(host.facts().difference(seen)).isEmpty();
    Files.delete(temp.resolve("srv/app/second"));
    link("srv/app/second", "two");
    assertThat(host.facts().difference(seen)).isPresent();
  }
}
