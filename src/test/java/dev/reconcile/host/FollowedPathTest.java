// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.reconcile.model.FileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases as deployment tools leave them: a link of the deploy user, in the middle of a path. */
final class FollowedPathTest {
  private static final String APP = "/srv/x/current/app";

  @TempDir Path temp;
  private LocalHost host;

  @BeforeEach
  void deploy() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    for (String release : List.of("7", "8")) {
      Path folder = Files.createDirectories(temp.resolve("srv/x/releases/" + release + "/app"));
      Files.writeString(folder.resolve("requirements.txt"), "Flask==" + release + "\n");
    }
    link("srv/x/current", "releases/7");
  }

  private void link(String path, String target) throws IOException {
    Files.deleteIfExists(temp.resolve(path));
    Path link = Files.createSymbolicLink(temp.resolve(path), Path.of(target));
    Files.setAttribute(link, "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
  }

  private String requirements() throws HostException {
    return host.facts()
        .readAs(new FileAttributes("nobody", "nogroup", 0), APP, "requirements.txt", 100)
        .map(file -> file.content().text().strip())
        .orElse("");
  }

  @Test
  void linkInTheMiddleIsFollowedAndNamed() throws Exception {
    FollowedPath followed = host.facts().follow(APP);

    assertThat(followed.target()).contains("/srv/x/releases/7/app");
    assertThat(followed.linksText()).isEqualTo("/srv/x/current -> releases/7\n");
    assertThat(followed.names()).containsExactly(APP, "/srv/x/releases/7/app");
    assertThat(followed.passed())
        .containsExactly(
            "/srv", "/srv/x", "/srv/x/releases", "/srv/x/releases/7", "/srv/x/releases/7/app");
    assertThat(requirements()).isEqualTo("Flask==7");
    assertThat(host.facts().listing("nobody", APP).paths()).containsExactly("requirements.txt");
  }

  @Test
  void nothingIsWrittenThere() {
    assertThatThrownBy(() -> host.writeLink(APP + "/venv", "/x"))
        .hasMessageContaining("belongs to user 65534");
  }

  @Test
  void eachLinkOfAChainIsNamedAndSeen() throws Exception {
    link("srv/x/stable", "releases/7");
    link("srv/x/current", "/srv/x/stable");
    link("srv/code", "x/current/app");
    FollowedPath followed = host.facts().follow("/srv/code");
    assertThat(followed.target()).contains("/srv/x/releases/7/app");
    assertThat(followed.linksText())
        .isEqualTo(
            """
            /srv/code -> x/current/app
            /srv/x/current -> /srv/x/stable
            /srv/x/stable -> releases/7
            """);
    assertThat(followed.names())
        .containsExactly(
            "/srv/code", "/srv/x/current/app", "/srv/x/stable/app", "/srv/x/releases/7/app");
    List<String> seen = host.facts().observations().lines();
    assertThat(host.facts().difference(seen)).isEmpty();

    link("srv/x/stable", "releases/8");
    assertThat(host.facts().difference(seen)).isPresent();
    assertThat(requirements()).isEqualTo("Flask==8");
  }

  @Test
  void releaseThatIsGoneIsMissing() throws Exception {
    link("srv/x/current", "releases/9");

    assertThat(host.facts().follow(APP).exists()).isFalse();
    assertThat(host.facts().follow(APP).place()).isEqualTo("/srv/x/releases/9/app");
    assertThat(requirements()).isEmpty();
  }

  @Test
  void linksAreFollowedInsideTheRootAndNotForEver() throws Exception {
    link("srv/x/current", "../../../../../srv/x/releases/8");
    assertThat(host.facts().follow(APP).target()).contains("/srv/x/releases/8/app");
    assertThat(host.facts().follow("/").target()).contains("/");

    link("srv/x/current", "current");
    assertThatThrownBy(() -> host.facts().follow(APP))
        .hasMessage("Too many symbolic links in " + APP);
  }
}
