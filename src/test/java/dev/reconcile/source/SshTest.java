// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static dev.reconcile.source.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reconcile.source.Repository.Mode;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real sshd. The limit only turns a hang, as at a hidden question, into a failure. */
@Timeout(120)
final class SshTest {
  private static final String GOOD_KEY = "deploy_key";
  private static final String GOOD_HOST = "host_key";

  @TempDir static Path shared;
  @TempDir Path temp;
  private static SshServer server;
  private Origin origin;

  @BeforeAll
  static void startServer() throws Exception {
    assumeTrue(Files.isExecutable(SshServer.PROGRAM), "sshd is not installed");
    server = SshServer.start(shared.resolve("sshd"));
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void createOrigin() {
    origin = Origin.create(temp.resolve("it's mine"));
    origin.commit("a", "1");
  }

  private Commit resolve(Mode mode, List<String> options, RepoUrl url, String... ref)
      throws SourceException {
    try (Repository repository = Repository.open(temp.resolve("cache"), mode, options)) {
      Commit commit = repository.resolve(url, List.of(ref).stream().findFirst());
      assertThat(repository.tree(commit).file("a")).isPresent();
      return commit;
    }
  }

  private RepoUrl url() {
    return server.url(Path.of(origin.directory().toString().replace(" ", "%20")));
  }

  @Test
  void goodKeyFetchesAndFollows() throws Exception {
    List<String> good = server.client(GOOD_KEY, GOOD_HOST);
    String first = origin.head();

    assertThat(resolve(Mode.KEEP, good, url()).id()).isEqualTo(first);
    String second = origin.commit("a", "2");
    origin.git("tag", "-m", "release", "v1");
    assertThat(resolve(Mode.TEMPORARY, good, url()).id()).isEqualTo(second);
    assertThat(resolve(Mode.KEEP, good, url(), "v1").id()).isEqualTo(second);
    assertThat(resolve(Mode.KEEP, good, url(), first.substring(0, 9)).id()).isEqualTo(first);
  }

  @Test
  void unchangedRepositoryLeavesTheCacheAlone() throws Exception {
    List<String> good = server.client(GOOD_KEY, GOOD_HOST);
    resolve(Mode.KEEP, good, url());
    var before = Snapshot.of(temp.resolve("cache"));

    resolve(Mode.KEEP, good, url());

    assertThat(Snapshot.of(temp.resolve("cache"))).isEqualTo(before);
  }

  @Test
  void commitWithoutARefIsFetchedByItsId() throws Exception {
    String lost = origin.commit("a", "2");
    origin.git("reset", "-q", "--hard", "HEAD~1");

    assertThat(resolve(Mode.KEEP, server.client(GOOD_KEY, GOOD_HOST), url(), lost).id())
        .isEqualTo(lost);
  }

  @Test
  void changedHostKeyIsRefused() throws Exception {
    List<String> options = server.client(GOOD_KEY, "other_host_key");

    SourceException failure = failure(Reason.UNREACHABLE, () -> resolve(Mode.KEEP, options, url()));

    assertThat(failure.getMessage()).isEqualTo("Changed ssh host key");
    assertThat(failure.detail()).contains("ssh-keygen -R '[127.0.0.1]:");
  }

  @Test
  void unknownHostKeyIsRefusedAndNotAdded() throws Exception {
    List<String> options = server.client(GOOD_KEY, "");

    SourceException failure = failure(Reason.UNREACHABLE, () -> resolve(Mode.KEEP, options, url()));

    assertThat(failure.getMessage()).isEqualTo("Unknown ssh host key");
    assertThat(failure.detail()).contains("ssh-keyscan -p ").contains("fingerprint");
    assertThat(shared.resolve("sshd/known_hosts_")).isEmptyFile();
  }

  @Test
  void userConfigurationCannotSwitchTheHostKeyCheckOff() throws Exception {
    List<String> options = server.client(GOOD_KEY, "");
    Path config = Path.of(options.getLast());
    Files.writeString(
        config, Files.readString(config) + "StrictHostKeyChecking no\nBatchMode no\n");

    failure(Reason.UNREACHABLE, () -> resolve(Mode.KEEP, options, url()));
  }

  @Test
  void wrongKeyIsRefusedWithAdvice() throws Exception {
    List<String> options = server.client("wrong_key", GOOD_HOST);

    SourceException failure = failure(Reason.UNREACHABLE, () -> resolve(Mode.KEEP, options, url()));

    assertThat(failure.getMessage()).isEqualTo("ssh key refused");
    assertThat(failure.detail()).contains("deploy key");
  }

  @Test
  void missingRepositoryIsExplained() throws Exception {
    List<String> good = server.client(GOOD_KEY, GOOD_HOST);

    failure(Reason.NOT_A_REPO, () -> resolve(Mode.KEEP, good, server.url(temp.resolve("none"))));
  }

  @Test
  void emptyRepositoryIsExplained() throws Exception {
    List<String> good = server.client(GOOD_KEY, GOOD_HOST);
    Origin empty = Origin.create(temp.resolve("empty"));

    failure(Reason.NOT_FOUND, () -> resolve(Mode.KEEP, good, server.url(empty.directory())));
  }

  @Test
  void closedPortIsExplained() throws IOException {
    List<String> good = server.client(GOOD_KEY, GOOD_HOST);
    RepoUrl nobody = Origin.url("ssh://x@127.0.0.1:1/x");

    SourceException failure = failure(Reason.UNREACHABLE, () -> resolve(Mode.KEEP, good, nobody));

    assertThat(failure.getMessage()).isEqualTo("No connection to the ssh server");
  }

  @Test
  void serverThatIsNoGitServerIsExplained() throws Exception {
    List<String> options = server.client(GOOD_KEY, GOOD_HOST);
    Path noise = Files.writeString(temp.resolve("noise"), "");
    List<String> proxied =
        List.of(options.get(0), options.get(1), "-o", "ProxyCommand=cat " + noise);

    failure(Reason.UNREACHABLE, () -> resolve(Mode.KEEP, proxied, url()));
  }

  @Test
  void lastGoodRevisionIsKnownWithoutTheServer() throws Exception {
    Commit commit = resolve(Mode.KEEP, server.client(GOOD_KEY, GOOD_HOST), url());

    try (Repository repository = Repository.open(temp.resolve("cache"), Mode.KEEP)) {
      assertThat(repository.known(commit.id())).isEqualTo(Optional.of(commit));
    }
  }
}
