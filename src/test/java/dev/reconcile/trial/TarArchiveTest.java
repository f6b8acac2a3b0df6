// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarArchiveTest {
  @TempDir Path folder;

  private void unpack(TarArchive archive) throws Exception {
    CommandRunner.Result result =
        new ProcessRunner()
            .run(
                Command.of("tar", "-x", "-p", "-f", "-", "-C", folder.toString())
                    .reading(archive.content()));
    assertThat(result.ok()).as(result.err()).isTrue();
    assertThat(result.err()).isEmpty();
  }

  private static FileKind.Spec file(byte[] bytes, int mode) {
    return new FileKind.Spec(new Content(bytes, true), FileAttributes.root(mode));
  }

  @Test
  void tarUnpacksWhatWentIn() throws Exception {
    byte[] bytes = new byte[100_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    String deep = "/etc/" + "long-".repeat(30) + "/" + "name-".repeat(30);
    TarArchive archive = new TarArchive();
    archive.add("/etc/a b", file(bytes, 0600));
    archive.add("/etc/empty", file(new byte[0], 0644));
    archive.add(deep, file(new byte[512], 0640));
    archive.add("/etc/link", new LinkKind.Spec("/etc/" + "target-".repeat(30)));

    unpack(archive);

    assertThat(folder.resolve("etc/a b")).hasBinaryContent(bytes);
    assertThat(Files.getAttribute(folder.resolve("etc/a b"), "unix:mode")).isEqualTo(0100600);
    assertThat(folder.resolve("etc/empty")).isEmptyFile();
    assertThat(folder.resolve(deep.substring(1))).hasSize(512);
    assertThat(Files.readSymbolicLink(folder.resolve("etc/link")))
        .isEqualTo(Path.of("/etc/" + "target-".repeat(30)));
  }

  @Test
  void aLinkInThePlaceOfAFileIsReplacedAndNotFollowed() throws Exception {
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), "as it was");
    Files.createSymbolicLink(folder.resolve("site"), elsewhere);
    TarArchive archive = new TarArchive();
    archive.add("/site", file(new byte[] {'x'}, 0644));

    unpack(archive);

    assertThat(folder.resolve("site")).hasContent("x");
    assertThat(Files.isSymbolicLink(folder.resolve("site"))).isFalse();
    assertThat(Files.readString(elsewhere)).isEqualTo("as it was");
    assertThat(Files.exists(folder.resolve("site"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void nothingIsAnArchiveToo() throws Exception {
    unpack(new TarArchive());

    assertThat(folder).isEmptyDirectory();
  }
}
