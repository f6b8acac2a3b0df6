// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as code in a directory that nobody manages, and what an app writes there. */
final class SourceListingTest {
  private static final int NOBODY = 65_534;

  @TempDir Path temp;

  @BeforeEach
  void makeCode() throws IOException {
    write("setup.py", "x");
    write("src/shop/__init__.py", "x");
    write("src/shop/templates/index.html", "x");
    write("media/__init__.py", "a package");
  }

  private Path write(String path, String text) throws IOException {
    Path file = temp.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private TreeListing list() throws Exception {
    return SourceListing.of(temp, NOBODY).listing();
  }

  @Test
  void codeIsListed() throws Exception {
    assertThat(list().paths())
        .containsExactly(
            "media/__init__.py",
            "setup.py",
            "src/shop/__init__.py",
            "src/shop/templates/index.html");
    assertThat(list()).isEqualTo(list());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.sqlite3",
        "instance/shop.db-journal",
        "uploads/1.png",
        "app.log",
        "src/shop/__pycache__/x.pyc",
        "src/shop.egg-info/PKG-INFO",
        ".git/index",
        ".env",
        "node_modules/x/y.js",
        "venv/pyvenv.cfg",
        "gunicorn.pid"
      })
  void whatAnAppWritesDoesNotCount(String path) throws Exception {
    TreeListing before = list();
    write(path, "x");
    write("venv/pyvenv.cfg", "home = /usr/bin");
    write("venv/lib/site.py", "x");
    assertThat(list()).isEqualTo(before);
  }

  @Test
  void eachChangeOfCodeCounts() throws Exception {
    TreeListing before = list();
    Path module = write("src/shop/__init__.py", "longer");
    TreeListing longer = list();
    Files.setLastModifiedTime(module, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    TreeListing touched = list();
    Files.setPosixFilePermissions(module, PosixFilePermissions.fromString("rwxr-xr-x"));
    TreeListing executable = list();
    Files.createSymbolicLink(temp.resolve("link"), Path.of("src"));
    TreeListing linked = list();
    Files.delete(module);
    assertThat(
            java.util.Set.of(
                before.digest(),
                longer.digest(),
                touched.digest(),
                executable.digest(),
                linked.digest(),
                list().digest()))
        .hasSize(6);
  }

  @Test
  void aDirectoryThatALinkLeadsToElsewhereIsAnother() throws Exception {
    Path other = Files.createDirectory(temp.resolve("other"));
    Path link = temp.resolve("current");
    Files.createSymbolicLink(link, Path.of("src"));
    String first = SourceListing.of(link, NOBODY).listing().digest();
    Files.delete(link);
    Files.createSymbolicLink(link, other.getFileName());
    assertThat(SourceListing.of(link, NOBODY).listing().digest()).isNotEqualTo(first);
  }

  @Test
  void aLaterRunSeesTheChange() throws Exception {
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", java.util.List.of());
    host.facts().listing("www-data", "/src");
    java.util.List<String> seen = host.facts().observations().lines();
    assertThat(host.facts().difference(seen)).isEmpty();
    write("src/new.py", "x");
    assertThat(host.facts().difference(seen)).isPresent();
  }
}
