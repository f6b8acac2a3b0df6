// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static dev.reconcile.source.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.source.Repository.Mode;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TreeTest {
  @TempDir Path temp;
  private Origin origin;
  private Repository repository;
  private Path target;

  @BeforeEach
  void createOrigin() throws IOException {
    origin = Origin.create(temp.resolve("origin"));
    repository = Repository.open(temp.resolve("cache"), Mode.KEEP);
    target = Files.createDirectory(temp.resolve("target"));
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private Tree tree() throws SourceException {
    return repository.tree(repository.resolve(origin.fileUrl(), Optional.empty()));
  }

  private void link(String path, String to) throws IOException {
    Path link = origin.directory().resolve(path);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(to));
  }

  /** Commits a tree that git's own commands refuse to make: entries as in {@code git mktree}. */
  private void commitTree(byte[]... entries) throws IOException {
    var content = new java.io.ByteArrayOutputStream();
    for (byte[] entry : entries) {
      content.write(entry);
    }
    Path raw = Files.write(temp.resolve("raw"), content.toByteArray());
    String tree = origin.git("hash-object", "-t", "tree", "-w", "--literally", raw.toString());
    origin.git("update-ref", "refs/heads/main", origin.git("commit-tree", "-m", "x", tree));
  }

  private static byte[] entry(String mode, String name, String id) {
    byte[] start = (mode + " " + name + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] end = java.util.HexFormat.of().parseHex(id);
    byte[] entry = java.util.Arrays.copyOf(start, start.length + end.length);
    System.arraycopy(end, 0, entry, start.length, end.length);
    return entry;
  }

  private String blob(String content) {
    return origin.gitWithInput(content, "hash-object", "-w", "--stdin");
  }

  @Test
  void filesAndFoldersAreFound() throws Exception {
    origin.write("reconcile.yaml", "version: 1\n");
    origin.write("apps/shop.yaml", "x");
    origin.write("apps/blog.yaml", "y");
    origin.write("apps/ä.yaml", "z");
    origin.write("run.sh", "");
    assertThat(origin.directory().resolve("run.sh").toFile().setExecutable(true)).isTrue();
    link("link", "run.sh");
    origin.commitAll("files");
    Tree tree = tree();

    assertThat(tree.list("apps"))
        .extracting(Entry::name)
        .containsExactly("blog.yaml", "shop.yaml", "ä.yaml");
    assertThat(tree.list(""))
        .extracting(entry -> entry.name() + " " + entry.type())
        .containsExactly("apps FOLDER", "link SYMLINK", "reconcile.yaml FILE", "run.sh EXECUTABLE");
    assertThat(tree.list("hosts")).isEmpty();
    assertThat(tree.list("run.sh")).isEmpty();
    assertThat(tree.exists("apps")).isTrue();
    assertThat(tree.exists("apps/shop.yaml")).isFalse();
    assertThat(tree.file("apps/shop.yaml/x")).isEmpty();
    assertThat(tree.file("apps")).isEmpty();
    assertThat(tree.file("none")).isEmpty();
    assertThat(tree.file("run.sh").orElseThrow().executable()).isTrue();
    assertThat(tree.size(tree.file("reconcile.yaml").orElseThrow())).isEqualTo(11);
    assertThat(tree.treeId("")).contains(origin.git("rev-parse", "HEAD^{tree}"));
    assertThat(tree.treeId("apps")).contains(origin.git("rev-parse", "HEAD:apps"));
    assertThat(tree.treeId("none")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc/passwd", "a/../b", "a//b", "./a", "a/", "..", ".", "a\0b"})
  void pathsThatCouldLeadOutsideAreRefused(String path) throws Exception {
    origin.commit("a/b", "1");
    Tree tree = tree();

    failure(Reason.UNSAFE_TREE, () -> tree.file(path));
    failure(Reason.UNSAFE_TREE, () -> tree.list(path));
    failure(Reason.UNSAFE_TREE, () -> tree.export(path, target));
  }

  @Test
  void linksAndSubmodulesAreNotFollowed() throws Exception {
    origin.commit("real/file", "1");
    link("link", "real");
    link("passwd", "/etc/passwd");
    origin.git("add", "-A");
    origin.git("update-index", "--add", "--cacheinfo", "160000," + origin.head() + ",module");
    origin.git("commit", "-q", "-m", "links");
    Tree tree = tree();

    assertThat(failure(Reason.UNSAFE_TREE, () -> tree.file("link/file")).detail()).contains("link");
    failure(Reason.UNSAFE_TREE, () -> tree.file("passwd"));
    failure(Reason.UNSAFE_TREE, () -> tree.list("link"));
    failure(Reason.UNSAFE_TREE, () -> tree.file("module"));
    assertThat(failure(Reason.UNSAFE_TREE, () -> tree.export("", target)).detail())
        .contains("module is a git submodule");
  }

  @ParameterizedTest
  @EnumSource
  void hugeFileIsRefusedWithoutLoadingIt(Mode mode) throws Exception {
    int size = 40 << 20;
    try (var file = new RandomAccessFile(temp.resolve("origin/huge").toFile(), "rw")) {
      file.setLength(size);
    }
    origin.commitAll("huge");
    try (Repository packedOrLoose = Repository.open(temp.resolve("other"), mode)) {
      Tree tree = packedOrLoose.tree(packedOrLoose.resolve(origin.plain(), Optional.empty()));
      Blob huge = tree.file("huge").orElseThrow();
      long before = allocated();

      assertThat(tree.size(huge)).isEqualTo(size);
      SourceException failure = failure(Reason.TOO_LARGE, () -> tree.read(huge, 1 << 20));

      assertThat(failure.detail()).contains("huge").contains("1048576");
      assertThat(allocated() - before).isLessThan(size / 2);
    }
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  @Test
  void folderIsExportedWithModesAndLinks() throws Exception {
    origin.write("app/main.py", "print()\n");
    origin.write("app/bin/run", "#!/bin/sh\n");
    origin.write("app/system/dev-x\\x2dy.mount", "");
    origin.write("other", "");
    assertThat(origin.directory().resolve("app/bin/run").toFile().setExecutable(true)).isTrue();
    link("app/bin/up", "../main.py");
    link("app/current", "bin/run");
    link("app/here", ".");
    origin.commitAll("app");

    tree().export("app", target);

    assertThat(target.resolve("main.py")).hasContent("print()\n");
    assertThat(mode("main.py")).isEqualTo("rw-r--r--");
    assertThat(mode("bin/run")).isEqualTo("rwxr-xr-x");
    assertThat(mode("bin")).isEqualTo("rwxr-xr-x");
    assertThat(mode("")).isEqualTo("rwxr-xr-x");
    assertThat(target.resolve("bin/up")).isSymbolicLink().hasContent("print()\n");
    assertThat(Files.readSymbolicLink(target.resolve("current"))).isEqualTo(Path.of("bin/run"));
    assertThat(target.resolve("system/dev-x\\x2dy.mount")).exists();
    assertThat(target.resolve("other")).doesNotExist();
  }

  private String mode(String path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(target.resolve(path)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../../x",
        "../..",
        "../x/../..",
        "here/../..",
        "here/../etc",
        "a/../b"
      })
  void linkThatLeadsOutsideIsRefused(String to) throws Exception {
    link("app/here", ".");
    link("app/sub/link", to);
    origin.write("outside", "");
    origin.commitAll("link");
    Tree tree = tree();

    SourceException failure = failure(Reason.UNSAFE_TREE, () -> tree.export("app", target));

    assertThat(failure.detail()).contains("app/sub/link -> " + to);
  }

  @Test
  void whatSomebodyPlantedIsNotWrittenThrough() throws Exception {
    origin.commit("a", "1");
    Path victim = Files.writeString(temp.resolve("victim"), "safe");
    Files.createSymbolicLink(target.resolve("a"), victim);
    Tree tree = tree();

    failure(Reason.STORAGE, () -> tree.export("", target));
    Path linked =
        Files.createSymbolicLink(temp.resolve("linked"), Files.createDirectory(temp.resolve("x")));
    failure(Reason.STORAGE, () -> tree.export("", linked));
    failure(Reason.STORAGE, () -> tree.export("", temp.resolve("none")));
    failure(Reason.NOT_FOUND, () -> tree.export("none", temp.resolve("x")));

    assertThat(victim).hasContent("safe");
    assertThat(temp.resolve("x")).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", ".git", ".GIT", "a/b", "..\\x", "x\\.git", "a\nb", ""})
  void namesThatGitItselfRefusesAreRefused(String name) throws Exception {
    commitTree(entry("100644", name, blob("evil")));
    Tree tree = tree();

    failure(Reason.UNSAFE_TREE, () -> tree.list(""));
    failure(Reason.UNSAFE_TREE, () -> tree.export("", target));
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void linkAndFolderOfOneNameAreRefused() throws Exception {
    origin.commit("folder/passwd", "evil");
    String folder = origin.git("rev-parse", "HEAD:folder");
    commitTree(entry("120000", "a", blob("/etc")), entry("40000", "a", folder));
    Tree tree = tree();

    failure(Reason.UNSAFE_TREE, () -> tree.export("", target));
  }

  @Test
  void cutOffFolderIsDamage() throws Exception {
    commitTree("100644 a\0abc".getBytes(StandardCharsets.UTF_8));
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                SourceException.class, () -> tree().list("")))
        .isNotNull();
  }
}
