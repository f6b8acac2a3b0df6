// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger's program has made becomes root's, and nothing that it should not have made. */
final class TreeSealerTest {
  private static final String HOME = "/var/lib/reconcile/venvs/shop/1";
  private static final String VENV = "/var/lib/reconcile/venvs/shop/0";
  private static final String BUILD = "/var/lib/reconcile/builds/1/product";

  @TempDir Path temp;
  private LocalHost host;
  private Path build;
  private Path sealed;

  @BeforeEach
  void makeBuild() throws Exception {
    host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    build = temp.resolve(BUILD.substring(1));
    sealed = temp.resolve(HOME.substring(1));
    Files.createDirectories(build.resolve("bin"));
    Files.createDirectories(sealed.getParent());
  }

  private void seal() throws HostException {
    seal(1 << 20, 100);
  }

  private void seal(long mostBytes, int mostFiles) throws HostException {
    String user = System.getProperty("user.name");
    host.seal(
        BUILD,
        HOME,
        new SealPolicy(
            user, List.of(HOME, VENV), List.of("/usr/bin/python3"), mostBytes, mostFiles));
  }

  private Path file(String name, String text) throws IOException {
    Path file = build.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Map<String, Object> look(Path place, String what) throws IOException {
    return Files.readAttributes(place, "unix:" + what, LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void contentTimeAndExecutableBitAreKept() throws Exception {
    Path module = file("lib/x.py", "x = 1\n");
    Files.setLastModifiedTime(module, FileTime.from(Instant.ofEpochSecond(1_000_000_000)));
    Files.setPosixFilePermissions(module, PosixFilePermissions.fromString("rw-rw-rw-"));
    Path tool = file("bin/tool", "#!/bin/sh\n");
    Files.setAttribute(tool, "unix:mode", 06751);
    Files.createDirectory(build.resolve("empty"));
    seal();

    assertThat(sealed.resolve("lib/x.py")).hasContent("x = 1\n");
    assertThat(Files.getLastModifiedTime(sealed.resolve("lib/x.py")).toInstant())
        .isEqualTo(Instant.ofEpochSecond(1_000_000_000));
    assertThat(look(sealed.resolve("lib/x.py"), "mode")).containsEntry("mode", 0100644);
    assertThat(look(sealed.resolve("bin/tool"), "mode")).containsEntry("mode", 0100755);
    assertThat(look(sealed.resolve("empty"), "mode")).containsEntry("mode", 0040755);
  }

  @Test
  void linksThatStayInsideOrNameTheInterpreterAreKept() throws Exception {
    file("lib/a/x", "x");
    Files.createSymbolicLink(build.resolve("lib64"), Path.of("lib"));
    Files.createSymbolicLink(build.resolve("lib/a/up"), Path.of("../../bin"));
    Files.createSymbolicLink(build.resolve("bin/python"), Path.of("/usr/bin/python3"));
    Files.createSymbolicLink(build.resolve("bin/x"), Path.of(HOME + "/lib/a/x"));
    Files.createSymbolicLink(build.resolve("bin/flask"), Path.of(VENV + "/bin/flask"));
    seal();

    assertThat(Files.readSymbolicLink(sealed.resolve("lib64"))).isEqualTo(Path.of("lib"));
    assertThat(Files.readSymbolicLink(sealed.resolve("lib/a/up"))).isEqualTo(Path.of("../../bin"));
    assertThat(Files.readSymbolicLink(sealed.resolve("bin/python")))
        .isEqualTo(Path.of("/usr/bin/python3"));
    assertThat(Files.readSymbolicLink(sealed.resolve("bin/x")))
        .isEqualTo(Path.of(HOME + "/lib/a/x"));
    assertThat(Files.readSymbolicLink(sealed.resolve("bin/flask")))
        .isEqualTo(Path.of(VENV + "/bin/flask"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "/usr/bin/python3.99",
        "../../x",
        "lib/../../x",
        "a/../../../x",
        HOME + "/../2/x",
        HOME + "x/y",
        VENV + "/../../../state.json",
        "/"
      })
  void linkThatLeadsOutsideIsRefused(String target) throws Exception {
    Files.createSymbolicLink(build.resolve("bin/out"), Path.of(target));
    assertThatThrownBy(this::seal)
        .isInstanceOf(HostException.class)
        .hasMessageContaining("bin/out is a symbolic link that leads outside");
  }

  @ParameterizedTest
  @CsvSource({
    "mkfifo,pipe",
    "'python3 -c \"import socket,sys; socket.socket(1).bind(sys.argv[1])\"',socket"
  })
  void whatIsNeitherFileNorFolderNorLinkIsRefused(String make, String name) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", make + " " + name).directory(build.toFile()).start();
    assumeTrue(process.waitFor() == 0);
    assertThatThrownBy(this::seal).hasMessageContaining(name + " is a pipe, a socket or a device");
  }

  @Test
  void secondNameOfAFileBecomesAFileOfItsOwn() throws Exception {
    Path one = file("lib/one", "x");
    Files.createLink(build.resolve("lib/two"), one);
    seal();
    assertThat(look(sealed.resolve("lib/one"), "nlink")).containsEntry("nlink", 1);
    assertThat(look(sealed.resolve("lib/two"), "nlink")).containsEntry("nlink", 1);
  }

  @Test
  void whatIsHeldOpenIsNotWhatIsKept() throws Exception {
    Path module = file("lib/x.py", "good");
    try (FileChannel held = FileChannel.open(module, StandardOpenOption.WRITE)) {
      seal();
      held.write(ByteBuffer.wrap("evil".getBytes(java.nio.charset.StandardCharsets.UTF_8)), 0);
    }
    assertThat(sealed.resolve("lib/x.py")).hasContent("good");
    assertThat(look(build.resolve("lib"), "mode"))
        .as("nobody else can add names")
        .containsEntry("mode", 0040700);
  }

  @Test
  void fileOfAnotherUserIsRefused() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")));
    Path module = file("lib/x.py", "x");
    Files.setAttribute(module, "unix:uid", 4711);
    assertThatThrownBy(this::seal).hasMessageContaining("lib/x.py belongs to 4711");
  }

  @Test
  void sizeNumberAndDepthAreBounded() throws Exception {
    file("a", "12345");
    file("b", "12345");
    assertThatThrownBy(() -> seal(9, 100)).hasMessageContaining("more than 9 bytes");
    assertThatThrownBy(() -> seal(100, 2)).hasMessageContaining("more than 2 files");
    seal(10, 3);
    Path deep = build;
    for (int i = 0; i < 120; i++) {
      deep = Files.createDirectory(deep.resolve("d"));
    }
    assertThatThrownBy(() -> seal(1000, 1000)).hasMessageContaining("nested more than");
  }

  // it takes no room on the disk where it was made, and would fill the one of the copy
  @Test
  void sparseFileIsRefusedBeforeItIsCopied() throws Exception {
    Path sparse = file("data", "");
    try (FileChannel out = FileChannel.open(sparse, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(new byte[] {1}), 100L << 30);
    }
    assertThatThrownBy(() -> seal(8L << 30, 100))
        .hasMessageContaining("more than 8589934592 bytes");
    assertThat(sealed.resolve("data")).doesNotExist();
  }

  @Test
  void bytesThatAreNoCharactersStayInNames() throws Exception {
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                """
                n=$(printf 'a\\nb\\377 \\033[31m*'); mkdir "$n"; echo x >"$n/$n"; ln -s "$n" "l$n"\
                """)
            .directory(build.toFile())
            .start();
    assertThat(process.waitFor()).isZero();
    seal();
    Process compared =
        new ProcessBuilder("diff", "-r", build.toString(), sealed.toString()).start();
    assertThat(compared.waitFor()).isZero();
  }

  @Test
  void whatWasThereIsReplaced() throws Exception {
    file("a", "new");
    Files.createDirectory(sealed);
    Files.writeString(sealed.resolve("old"), "old");
    seal();
    assertThat(sealed).isDirectoryContaining(path -> path.endsWith("a"));
    assertThat(sealed).isDirectoryNotContaining(path -> path.endsWith("old"));
  }
}
