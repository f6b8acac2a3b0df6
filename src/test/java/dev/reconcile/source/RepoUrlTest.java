// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static dev.reconcile.source.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.source.SourceException.Reason;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RepoUrlTest {
  @ParameterizedTest
  @CsvSource({
    "git@example.com:me/server.git, git, example.com, 0, me/server.git",
    "example.com:/srv/x.git, , example.com, 0, /srv/x.git",
    "git@my_host:~ann/x, git, my_host, 0, ~ann/x",
    "git@[::1]:x, git, ::1, 0, x",
    "ssh://git@example.com/me/x.git, git, example.com, 0, /me/x.git",
    "ssh://git@example.com:2222/x, git, example.com, 2222, /x",
    "SSH://example.com/~ann/x, , example.com, 0, ~ann/x",
    "ssh://git@[2001:db8::1]:22/x%20y, git, 2001:db8::1, 22, /x y",
  })
  void sshAddresses(String text, String user, String host, int port, String path) {
    assertThat(Origin.url(text))
        .isEqualTo(new RepoUrl.Ssh(Optional.ofNullable(user), host, port, path));
  }

  @Test
  void otherAddresses() {
    assertThat(Origin.url("https://example.com/x.git"))
        .isEqualTo(new RepoUrl.Https("https://example.com/x.git"));
    assertThat(Origin.url("file:///srv/a%20b")).isEqualTo(new RepoUrl.FileUrl(Path.of("/srv/a b")));
    assertThat(Origin.url("/srv/../srv/x/")).isEqualTo(new RepoUrl.Directory(Path.of("/srv/x")));
    assertThat(Origin.url("./a:b"))
        .isEqualTo(new RepoUrl.Directory(Path.of("a:b").toAbsolutePath()));
    assertThat(Origin.url(".")).isEqualTo(new RepoUrl.Directory(Path.of("").toAbsolutePath()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "http://example.com/x",
        "git://example.com/x",
        "ext::sh -c touch% /tmp/x",
        "fd::17",
        "ftp://example.com/x",
        "-oProxyCommand=touch /tmp/x:y",
        "--upload-pack=touch",
        "git@-oProxyCommand=x:y",
        "-oProxyCommand=x@example.com:y",
        "ssh://-oProxyCommand=x/y",
        "ssh://-oUser@example.com/y",
        "ssh://git@example.com:0/x",
        "ssh://git@example.com:99999/x",
        "ssh://git:secret@example.com/x",
        "ssh://example.com",
        "ssh://exa mple.com/x",
        "git@example.com:-x",
        "git@example.com:a\nb",
        "ssh://example.com/a%0Ab",
        "ssh://example.com/a%zz",
        "https://",
        "https://example.com",
        "https:///x",
        "https://user:secret@-x/y",
        "file://host/x",
        "file:x",
        "a\u0000b",
      })
  void everythingElseIsRefusedWithWhatIsAllowed(String text) {
    SourceException failure = failure(Reason.BAD_URL, () -> RepoUrl.parse(text));

    assertThat(failure.detail()).contains("git@host:path").doesNotContain("secret");
  }

  @Test
  void passwordsAndTokensAreNeverShown() {
    assertThat(Origin.url("https://ann:secret@example.com/x"))
        .hasToString("https://***@example.com/x");
    assertThat(Origin.url("https://token@example.com/x")).hasToString("https://***@example.com/x");
    assertThat(Origin.url("https://example.com/x@y")).hasToString("https://example.com/x@y");
  }
}
