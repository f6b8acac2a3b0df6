// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalHostTest {
  private static final FileAttributes PLAIN = FileAttributes.root(0644);

  @TempDir Path temp;
  private Path root;
  private LocalHost host;

  @BeforeEach
  void makeRoot() throws Exception {
    root = Files.createDirectory(temp.resolve("root"));
    host = new LocalHost(root, new ProcessRunner(), "run-1", List.of());
  }

  private Path at(String path) {
    return root.resolve(path.substring(1));
  }

  private Path write(String path, String text) throws IOException {
    Files.createDirectories(at(path).getParent());
    return Files.writeString(at(path), text);
  }

  private static int mode(Path file) throws IOException {
    return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
  }

  private List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(at(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFileIsWrittenWithItsModeAndNothingBesideIt() throws Exception {
    host.writeFile("/etc/a/b", Content.of("text"), FileAttributes.root(0600));

    assertThat(at("/etc/a/b")).hasContent("text");
    assertThat(mode(at("/etc/a/b"))).isEqualTo(0600);
    assertThat(mode(at("/etc/a"))).isEqualTo(0755);
    assertThat(names("/etc/a")).containsExactly("b");
  }

  @Test
  void whatAKilledRunLeftBesideAFileIsReplaced() throws Exception {
    write("/etc/.reconcile-tmp.a", "half of it");

    host.writeFile("/etc/a", Content.of("text"), PLAIN);

    assertThat(names("/etc")).containsExactly("a");
    assertThat(at("/etc/a")).hasContent("text");
  }

  @Test
  void aPlantedTemporaryLinkIsNotWrittenThrough() throws Exception {
    Path victim = Files.writeString(temp.resolve("victim"), "precious");
    Files.createDirectories(at("/etc"));
    Files.createSymbolicLink(at("/etc/.reconcile-tmp.a"), victim);

    host.writeFile("/etc/a", Content.of("text"), PLAIN);

    assertThat(victim).hasContent("precious");
    assertThat(at("/etc/a")).hasContent("text").isRegularFile();
  }

  @Test
  void aWriteThatFailsLeavesTheEarlierFileAndNothingBesideIt() throws Exception {
    Files.createDirectories(at("/etc/a/inside"));

    assertThatThrownBy(() -> host.writeFile("/etc/a", Content.of("text"), PLAIN))
        .isInstanceOf(HostException.class);

    assertThat(names("/etc")).containsExactly("a");
    assertThat(at("/etc/a/inside")).isDirectory();
  }

  @Test
  void whatWasThereBeforeTheRunIsKeptWithItsMode() throws Exception {
    Files.setAttribute(write("/etc/a", "before"), "unix:mode", 0640);

    host.writeFile("/etc/a", Content.of("after"), PLAIN);
    host.remove("/etc/a");

    Path kept = at("/var/lib/reconcile/backup/run-1/etc/a");
    assertThat(kept).hasContent("before");
    assertThat(mode(kept)).isEqualTo(0640);
    assertThat(mode(at("/var/lib/reconcile/backup"))).isEqualTo(0700);
  }

  @Test
  void theFirstContentOfARunIsKept() throws Exception {
    Files.setAttribute(write("/etc/a", "before"), "unix:mode", 0640);

    host.writeFile("/etc/a", Content.of("after"), PLAIN);

    Path kept = at("/var/lib/reconcile/backup/run-1/etc/a");
    assertThat(kept).hasContent("before");
    assertThat(mode(kept)).isEqualTo(0640);
    assertThat(at("/etc/a")).hasContent("after");
  }

  @Test
  void reconcilesOwnRecordsAreNotKept() throws Exception {
    host.writeState("/var/lib/reconcile/x", Content.of("1"), PLAIN);
    host.writeState("/var/lib/reconcile/x", Content.of("2"), PLAIN);

    assertThat(names("/var/lib/reconcile")).containsExactly("x");
  }

  @Test
  void anAbsoluteLinkAboveAPathStaysInsideTheRoot() throws Exception {
    Files.createDirectories(at("/real"));
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createSymbolicLink(at("/link"), Path.of("/real"));
    Files.createSymbolicLink(at("/escape"), outside);
    Files.createDirectories(at(outside.toString()));

    host.writeFile("/link/a", Content.of("text"), PLAIN);
    host.writeFile("/escape/a", Content.of("text"), PLAIN);

    assertThat(at("/real/a")).hasContent("text");
    assertThat(outside).isEmptyDirectory();
    assertThat(at(outside + "/a")).hasContent("text");
  }

  @Test
  void dotsInALinkDoNotLeaveTheRoot() throws Exception {
    Files.createSymbolicLink(at("/up"), Path.of("../../../.."));

    host.writeFile("/up/a", Content.of("text"), PLAIN);

    assertThat(at("/a")).hasContent("text");
    assertThat(temp.resolve("a")).doesNotExist();
  }

  @Test
  void linksInACircleAreRefused() throws Exception {
    Files.createSymbolicLink(at("/a"), Path.of("b"));
    Files.createSymbolicLink(at("/b"), Path.of("a"));

    assertThatThrownBy(() -> host.facts().stat("/a/x"))
        .hasMessageContaining("Too many symbolic links");
  }

  @Test
  void aLinkOfSomeoneElseAboveAPathIsRefused() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Files.createDirectories(at("/real"));
    Path link = Files.createSymbolicLink(at("/link"), Path.of("/real"));
    Files.setAttribute(link, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);

    assertThatThrownBy(() -> host.writeFile("/link/a", Content.of("text"), PLAIN))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("belongs to user 65534");

    assertThat(at("/real")).isEmptyDirectory();
  }

  @Test
  void aLinkInAFilesPlaceIsReplacedAndNotFollowed() throws Exception {
    write("/etc/other", "precious");
    Files.createSymbolicLink(at("/etc/a"), Path.of("other"));

    host.writeFile("/etc/a", Content.of("text"), PLAIN);

    assertThat(at("/etc/other")).hasContent("precious");
    assertThat(Files.isSymbolicLink(at("/etc/a"))).isFalse();
    assertThat(Files.readSymbolicLink(at("/var/lib/reconcile/backup/run-1/etc/a")))
        .isEqualTo(Path.of("other"));
  }

  @Test
  void directoriesAreNotRemoved() throws Exception {
    write("/etc/a/inside", "x");

    assertThatThrownBy(() -> host.remove("/etc/a")).hasMessageContaining("it is a directory");
    host.removeEmptyDirectory("/etc/a");

    assertThat(at("/etc/a/inside")).exists();
  }

  @Test
  void anEmptyDirectoryIsRemoved() throws Exception {
    Files.createDirectories(at("/etc/a"));

    host.removeEmptyDirectory("/etc/a");
    host.removeEmptyDirectory("/etc/a");

    assertThat(at("/etc/a")).doesNotExist();
  }

  @Test
  void aLinkToAnEmptyDirectoryIsNone() throws Exception {
    Files.createDirectories(at("/etc/b"));
    Files.createSymbolicLink(at("/etc/a"), Path.of("b"));

    host.removeEmptyDirectory("/etc/a");

    assertThat(at("/etc/a")).isSymbolicLink();
    assertThat(at("/etc/b")).exists();
  }

  @Test
  void removingWhatIsNotThereIsFine() throws Exception {
    host.remove("/etc/a");

    assertThat(at("/etc/a")).doesNotExist();
  }

  @Test
  void aLinkIsPutInPlaceOfALink() throws Exception {
    host.writeLink("/etc/a", "/one");
    host.writeLink("/etc/a", "/two");

    assertThat(Files.readSymbolicLink(at("/etc/a"))).isEqualTo(Path.of("/two"));
    assertThat(names("/etc")).containsExactly("a");
  }

  @Test
  void aLinkNeverReplacesADirectory() throws Exception {
    write("/etc/a/inside", "x");

    assertThatThrownBy(() -> host.writeLink("/etc/a", "/one")).isInstanceOf(HostException.class);

    assertThat(at("/etc/a/inside")).exists();
    assertThat(names("/etc")).containsExactly("a");
  }

  @Test
  void onlyReconcilesOwnTreesAreDiscarded() throws Exception {
    write("/srv/a/x", "x");
    write("/var/lib/reconcile/trees/a/b/x", "x");
    Files.createSymbolicLink(at("/var/lib/reconcile/trees/a/link"), at("/srv/a"));

    assertThatThrownBy(() -> host.discardTree("/srv/a")).hasMessageContaining("Refused");
    assertThatThrownBy(() -> host.discardTree("/var/lib/reconcile/../../../srv/a"))
        .hasMessageContaining("Refused");
    host.discardTree("/var/lib/reconcile/trees/a");

    assertThat(at("/var/lib/reconcile/trees/a")).doesNotExist();
    assertThat(at("/srv/a/x")).exists();
  }

  @Test
  void aDirectoryIsMovedIntoTheBackupAsAWhole() throws Exception {
    write("/srv/a/x", "x");

    host.backUp("/srv/a");
    host.backUp("/srv/a");

    assertThat(at("/srv/a")).doesNotExist();
    assertThat(at("/var/lib/reconcile/backup/run-1/srv/a/x")).hasContent("x");
  }

  @Test
  void aDirectoryGetsItsModeAgain() throws Exception {
    host.makeDirectory("/srv/a", FileAttributes.root(0750));
    Files.setAttribute(at("/srv/a"), "unix:mode", 0777);

    host.makeDirectory("/srv/a", FileAttributes.root(0750));

    assertThat(mode(at("/srv/a"))).isEqualTo(0750);
  }

  @Test
  void factsTellWhatIsThere() throws Exception {
    write("/srv/file", "12345");
    Files.createSymbolicLink(at("/srv/link"), Path.of("nowhere"));

    Facts facts = host.facts();
    assertThat(facts.stat("/srv/file").orElseThrow().size()).isEqualTo(5);
    assertThat(facts.stat("/srv/link").orElseThrow().type()).isEqualTo(Stat.Type.LINK);
    assertThat(facts.stat("/srv").orElseThrow().type()).isEqualTo(Stat.Type.DIRECTORY);
    assertThat(facts.stat("/srv/none")).isEmpty();
    assertThat(facts.stat("/srv/file/below")).isEmpty();
    assertThat(facts.list("/srv")).containsExactly("file", "link");
    assertThat(facts.list("/none")).isEmpty();
    assertThat(facts.read("/srv/file", 3)).asString().isEqualTo("123");
    assertThat(facts.live()).isFalse();
  }

  @Test
  void aProgramIsFoundThroughLinksInsideTheRoot() throws Exception {
    write("/usr/bin/python3.12", "");
    Files.createSymbolicLink(at("/usr/bin/python3"), Path.of("python3.12"));
    Files.createSymbolicLink(at("/usr/bin/loop"), Path.of("loop"));
    Files.createSymbolicLink(at("/usr/bin/gone"), Path.of("/bin/nothing"));

    assertThat(host.facts().program("python3")).contains("/usr/bin/python3.12");
    assertThat(host.facts().program("/usr/bin/python3.12")).contains("/usr/bin/python3.12");
    assertThat(host.facts().program("loop")).isEmpty();
    assertThat(host.facts().program("gone")).isEmpty();
  }
}
