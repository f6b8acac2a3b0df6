// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static dev.reconcile.source.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.source.Repository.Mode;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Git LFS keeps, as a commit has them. */
final class LfsTest {
  private static final String CONTENT = "the picture\n";

  @TempDir Path temp;
  private Origin origin;
  private Repository repository;

  @BeforeEach
  void createOrigin() {
    origin = Origin.create(temp.resolve("origin"));
    origin.git("config", "filter.lfs.clean", "cat"); // pointers are committed as they are
    repository = Repository.open(temp.resolve("cache"), Mode.KEEP);
  }

  @AfterEach
  void close() {
    repository.close();
  }

  private Tree tree() throws SourceException {
    return repository.tree(repository.resolve(origin.fileUrl(), Optional.empty()));
  }

  private static String oid(String content) throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static String pointer(String content) throws Exception {
    return "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
        .formatted(oid(content), content.length());
  }

  private List<String> large(String folder) throws SourceException {
    return tree().survey(folder).large().stream().map(LfsFile::path).toList();
  }

  /** Attributes are given by folder; each must mean to us what it means to git itself. */
  @Test
  void fileWhoseContentIsElsewhereIsRefused() throws Exception {
    origin.write(
        ".gitattributes", "secret.* filter=git-crypt\n*.big filter=annex\n*.py filter=x\n");
    origin.write("secret.yml", "\0GITCRYPT\0 and more");
    origin.write("secret.plain", "not encrypted yet");
    origin.write("a.big", "/annex/objects/SHA256E-s3--abc\n");
    origin.write("main.py", "app = None\n");
    Files.createSymbolicLink(
        origin.directory().resolve("data.bin"), Path.of(".git/annex/objects/x/y/z"));
    origin.commitAll("files");

    assertThatThrownBy(() -> tree().survey(""))
        .isInstanceOfSatisfying(
            SourceException.class,
            e ->
                assertThat(e.detail())
                    .contains("secret.yml is encrypted", "content of a.big", "content of data.bin")
                    .doesNotContain("secret.plain", "main.py"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "*.bin filter=lfs|-",
        "a.bin filter=lfs|-",
        "/a.bin filter=lfs|-",
        "sub/*.bin filter=lfs|-",
        "sub/** filter=lfs|-",
        "**/deep/*.bin filter=lfs|-",
        "*.bin filter=lfs\\na.bin -filter|-",
        "*.bin filter=lfs\\na.bin !filter|-",
        "*.bin filter=other|-",
        "*.bin filter|-",
        "a.bin -filter\\n*.bin filter=lfs|-",
        "*.bin filter=lfs|*.bin -filter",
        "*.bin filter=lfs|a.bin !filter",
        "*.bin -filter|deep/*.bin filter=lfs",
        "[attr]large filter=lfs -text\\n*.bin large|-",
        "[attr]large filter=lfs -text\\n*.bin large|*.bin -large",
        "[attr]large filter=lfs\\n*.bin large filter=none|-",
        "*.bin binary|-",
        "# *.bin filter=lfs|-",
        "\"*.bin\" filter=lfs diff=lfs merge=lfs -text|-",
        "[ab].bin filter=lfs|-",
        "*.BIN filter=lfs|-",
        "-|[attr]large filter=lfs\\n*.bin large",
        "[attr]l filter=lfs\\n[attr]large l\\n*.bin large|-",
        "\"sub dir/a\\\\040b\" filter=lfs|-",
        "!*.bin filter=lfs\\na.bin filter=lfs|-",
        "*.bin\tfilter=lfs|-",
        "[attr]large filter=lfs\\n*.bin large|*.bin large filter=lfs -large",
      })
  void attributesMeanWhatTheyMeanToGit(String root, String sub) throws Exception {
    List<String> paths =
        List.of("a.bin", "b.bin", "plain", "sub/a.bin", "sub/deep/a.bin", "sub dir/a b");
    for (String path : paths) {
      origin.write(path, pointer(path));
    }
    if (root != null) {
      origin.write(".gitattributes", root.replace("\\n", "\n") + "\n");
    }
    if (sub != null) {
      origin.write("sub/.gitattributes", sub.replace("\\n", "\n") + "\n");
    }
    origin.commitAll("files");
    List<String> words = new ArrayList<>(List.of("check-attr", "filter", "--"));
    words.addAll(paths);
    String said = origin.git(words.toArray(String[]::new));
    List<String> expected =
        said.lines()
            .filter(line -> line.endsWith(": filter: lfs"))
            .map(line -> line.substring(0, line.indexOf(':')))
            .toList();

    assertThat(large("")).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(large("sub"))
        .as("of a folder, by what is above it")
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().filter(path -> path.startsWith("sub/")).toList());
  }

  @Test
  void fileThatIsNoPointerIsTakenAsItIs() throws Exception {
    origin.write(".gitattributes", "* filter=lfs\n.gitattributes -filter\n");
    origin.write("empty", "");
    origin.write("plain", "version 1\n");
    origin.write("long", "version https://git-lfs.github.com/spec/v1\n" + "x".repeat(2000));
    origin.write("real", pointer(CONTENT));
    Files.createSymbolicLink(origin.directory().resolve("link"), Path.of("real"));
    origin.commitAll("files");

    assertThat(large("")).containsExactly("real");
    assertThat(tree().survey("").large().getFirst().size()).isEqualTo(CONTENT.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "oid sha256:abc\nsize 1\n",
        "oid sha256:OID\n",
        "oid sha256:OID\nsize -1\n",
        "oid sha256:OID\nsize 1e3\n",
        "oid md5:0123\nsize 1\n",
        "ext-0-foo sha256:OID\noid sha256:OID\nsize 1\n",
      })
  void damagedPointerIsRefused(String rest) throws Exception {
    String version = "version https://git-lfs.github.com/spec/v1\n";
    origin.write(".gitattributes", "*.bin filter=lfs\n");
    origin.write("a.bin", version + rest.replace("OID", "a".repeat(64)));
    origin.commitAll("files");

    Tree tree = tree();

    assertThat(failure(Reason.UNSAFE_TREE, () -> tree.survey("")).detail()).contains("a.bin");
  }

  @Test
  void pointersOfOldVersionsAndLineEndsAreRead() throws Exception {
    assertThat(LfsPointer.parse(bytes(pointer(CONTENT)))).isPresent();
    assertThat(LfsPointer.parse(bytes(pointer(CONTENT).replace("\n", "\r\n")))).isPresent();
    assertThat(LfsPointer.parse(bytes(pointer(CONTENT).replace("git-lfs.github", "hawser.github"))))
        .isPresent();
    assertThat(LfsPointer.isMeant(bytes("a" + pointer(CONTENT)))).isFalse();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Path exported(LargeFiles contents) throws SourceException, IOException {
    Path target = Files.createTempDirectory(temp, "target");
    tree().export("", target, contents);
    return target;
  }

  @Test
  void contentIsPutInThePointersPlaceAndChecked() throws Exception {
    origin.write(".gitattributes", "*.bin filter=lfs\n");
    origin.write("a/run.bin", pointer(CONTENT));
    origin.write("nothing.bin", pointer(""));
    assertThat(origin.directory().resolve("a/run.bin").toFile().setExecutable(true)).isTrue();
    origin.commitAll("files");
    Path good = Files.writeString(temp.resolve("good"), CONTENT);
    Path wrong =
        Files.writeString(temp.resolve("wrong"), CONTENT.toUpperCase(java.util.Locale.ROOT));
    Path longer = Files.writeString(temp.resolve("longer"), CONTENT + "x");
    Path link = Files.createSymbolicLink(temp.resolve("link"), good);

    Path target = exported(file -> good);

    assertThat(target.resolve("a/run.bin")).hasContent(CONTENT).isExecutable();
    assertThat(target.resolve("nothing.bin")).isEmptyFile();
    for (Path bad : List.of(wrong, longer, link, temp, temp.resolve("none"))) {
      assertThat(failure(Reason.CORRUPT, () -> exported(file -> bad)).detail())
          .contains("a/run.bin", oid(CONTENT));
    }
    assertThat(failure(Reason.UNREACHABLE, () -> exported(LargeFiles.NONE)).detail())
        .contains("a/run.bin");
  }

  @Test
  void largeFileIsWrittenWithoutHavingItInMemory() throws Exception {
    int size = 60 << 20; // above JGit's core.streamFileThreshold
    try (var file = new RandomAccessFile(temp.resolve("origin/huge").toFile(), "rw")) {
      file.setLength(size);
    }
    origin.commitAll("huge");
    Tree tree = tree();
    tree.survey("");
    Path target = Files.createDirectory(temp.resolve("target"));
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    tree.export("", target, LargeFiles.NONE);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(size / 2);
    assertThat(target.resolve("huge")).hasSize(size);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://git.example/me/app.git|git.example|https://git.example/me/app.git|''",
        "https://git.example:8443/app|git.example|https://git.example:8443/app|''",
        "https://ann:to%20ken%2B@git.example/app|git.example|https://git.example/app|''",
        "https://ann:token@git.example/app|git.example|https://git.example/app|"
            + "machine git.example login ann password token",
        "https://ann@git.example/app|git.example|https://git.example/app|''",
      })
  void webServerIsAskedByItsOwnNameWithItsOwnCredentials(
      String address, String host, String url, String netrc) throws Exception {
    LfsAccess access = LfsAccess.of(RepoUrl.parse(address));

    assertThat(access.host()).isEqualTo(host);
    assertThat(access.url()).isEqualTo(url);
    assertThat(access.netrc()).isEqualTo(netrc);
    assertThat(LfsAccess.name(RepoUrl.parse(address))).startsWith(host);
  }

  @Test
  void sshServerMayNameNoOtherHost() throws Exception {
    var server = (RepoUrl.Ssh) RepoUrl.parse("git@git.example:me/app.git");
    String own = "https://git.example/me/app.git/info/lfs";

    LfsAccess access = LfsAccess.granted(server, own, "Authorization: Basic x");
    assertThat(access.url()).isEqualTo(own);
    assertThat(access.header()).isEqualTo("Authorization: Basic x");
    for (String other :
        List.of(
            "https://other.example/app",
            "http://git.example/app",
            "https://git.example@other.example/app",
            "https://u:p@git.example/app",
            "file:///etc",
            "",
            "not an address")) {
      failure(Reason.UNREACHABLE, () -> LfsAccess.granted(server, other, ""));
    }
  }
}
