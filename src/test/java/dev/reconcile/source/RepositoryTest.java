// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static dev.reconcile.source.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.source.Repository.Mode;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RepositoryTest {
  @TempDir Path temp;
  private Origin origin;
  private Path cache;

  @BeforeEach
  void createOrigin() {
    origin = Origin.create(temp.resolve("origin"));
    cache = temp.resolve("cache");
  }

  private Commit resolve(RepoUrl url, String... ref) throws SourceException {
    try (Repository repository = Repository.open(cache, Mode.KEEP)) {
      return repository.resolve(url, Optional.of(ref).filter(r -> r.length > 0).map(r -> r[0]));
    }
  }

  private String content(Commit commit, String path) throws SourceException {
    try (Repository repository = Repository.open(cache, Mode.KEEP)) {
      Tree tree = repository.tree(repository.known(commit.id()).orElseThrow());
      return new String(tree.read(tree.file(path).orElseThrow(), 1 << 20), StandardCharsets.UTF_8);
    }
  }

  @Test
  void defaultBranchIsResolvedAndItsFilesAreRead() throws Exception {
    String id = origin.commit("reconcile.yaml", "version: 1\n");

    Commit commit = resolve(origin.fileUrl());

    assertThat(commit.id()).isEqualTo(id);
    assertThat(commit.subject()).isEqualTo("Change reconcile.yaml");
    assertThat(commit.time().getEpochSecond())
        .isEqualTo(Long.parseLong(origin.git("log", "-1", "--format=%ct")));
    assertThat(content(commit, "reconcile.yaml")).isEqualTo("version: 1\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
        .isEqualTo("rwx------");
  }

  @Test
  void gitItselfFindsTheCacheInOrder() throws Exception {
    origin.commit("a", "1");
    Commit commit = resolve(origin.fileUrl());
    content(commit, "a");
    new Origin(cache).git("gc", "-q", "--prune=now");

    assertThat(new Origin(cache).git("fsck", "--strict", "--no-dangling"))
        .doesNotContain("error", "missing", "warning");
    assertThat(content(commit, "a")).isEqualTo("1");
  }

  @Test
  void nothingIsFetchedTwice() throws Exception {
    origin.commit("a", "1");
    content(resolve(origin.fileUrl()), "a");
    SortedMap<String, String> before = Snapshot.of(cache);

    assertThat(content(resolve(origin.fileUrl()), "a")).isEqualTo("1");

    assertThat(Snapshot.of(cache)).isEqualTo(before);
  }

  @Test
  void movedBranchIsFollowed() throws Exception {
    Commit first = resolve(origin.fileUrl(), origin.commit("a", "1"));
    origin.commit("a", "2");

    Commit second = resolve(origin.fileUrl(), "main");

    assertThat(content(second, "a")).isEqualTo("2");
    try (Repository repository = Repository.open(cache, Mode.KEEP)) {
      repository.resolve(origin.fileUrl(), Optional.empty());
      assertThat(repository.descends(second.id(), first.id())).isTrue();
      assertThat(repository.descends(second.id(), second.id())).isTrue();
    }
  }

  @Test
  void rewrittenHistoryDoesNotDescend() throws Exception {
    origin.commit("a", "1");
    String lost = origin.commit("a", "2");
    resolve(origin.fileUrl());
    origin.git("reset", "-q", "--hard", "HEAD~1");
    String rewritten = origin.commit("a", "3");

    try (Repository repository = Repository.open(cache, Mode.KEEP)) {
      assertThat(repository.resolve(origin.fileUrl(), Optional.empty()).id()).isEqualTo(rewritten);
      assertThat(repository.descends(rewritten, lost)).isFalse();
      assertThat(repository.descends(rewritten, "0123456789".repeat(4))).isFalse();
      assertThat(repository.descends(rewritten, "no id")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"old", "refs/heads/old", "light", "annotated", "nested", "refs/tags/annotated"})
  void branchesAndTagsAreFollowed(String ref) throws Exception {
    String id = origin.commit("a", "1");
    origin.git("branch", "old");
    origin.git("tag", "light");
    origin.git("tag", "-m", "release", "annotated");
    origin.git("tag", "-m", "release of it", "nested", "annotated");
    origin.commit("a", "2");

    assertThat(resolve(origin.fileUrl(), ref).id()).isEqualTo(id);
    assertThat(resolve(origin.plain(), ref).id()).isEqualTo(id);
    origin.git("pack-refs", "--all");
    origin.git("gc", "-q");
    assertThat(resolve(origin.plain(), ref).id()).isEqualTo(id);
  }

  @Test
  void commitsAreFoundByTheirId() throws Exception {
    String id = origin.commit("a", "1");
    String tip = origin.commit("a", "2");

    assertThat(resolve(origin.fileUrl(), id.substring(0, 7)).id()).isEqualTo(id);
    assertThat(resolve(origin.fileUrl(), id).id()).isEqualTo(id);
    assertThat(resolve(origin.fileUrl(), tip.substring(0, 12)).id()).isEqualTo(tip);
    cache = temp.resolve("another");
    assertThat(resolve(origin.fileUrl(), id).id()).isEqualTo(id);
  }

  @Test
  void missingRefIsExplainedWithWhatThereIs() {
    origin.commit("a", "1");
    origin.git("branch", "production");

    SourceException failure =
        failure(Reason.NOT_FOUND, () -> resolve(origin.fileUrl(), "prodution"));

    assertThat(failure.detail()).contains("prodution").contains("It has: main, production");
    failure(Reason.NOT_FOUND, () -> resolve(origin.fileUrl(), "0123456789".repeat(4)));
    failure(Reason.NOT_FOUND, () -> resolve(origin.fileUrl(), "deadbeef"));
    failure(Reason.NOT_FOUND, () -> resolve(origin.fileUrl(), "../../etc/passwd"));
    failure(Reason.NOT_FOUND, () -> resolve(origin.fileUrl(), ""));
  }

  @Test
  void tagOfAFileIsNoCommit() {
    origin.commit("a", "1");
    origin.git("tag", "file", "HEAD:a");

    failure(Reason.NOT_FOUND, () -> resolve(origin.fileUrl(), "file"));
  }

  @Test
  void emptyRepositoryIsExplained() {
    SourceException failure = failure(Reason.NOT_FOUND, () -> resolve(origin.fileUrl()));

    assertThat(failure.getMessage()).isEqualTo("Empty repository");
    failure(Reason.NOT_FOUND, () -> resolve(origin.plain()));
  }

  @Test
  void lastGoodRevisionSurvivesALostRemote() throws Exception {
    Commit commit = resolve(origin.fileUrl(), origin.commit("a", "1"));
    Files.move(origin.directory(), temp.resolve("gone"));

    failure(Reason.UNREACHABLE, () -> resolve(origin.fileUrl()));

    assertThat(content(commit, "a")).isEqualTo("1");
    try (Repository repository = Repository.open(cache, Mode.TEMPORARY)) {
      assertThat(repository.known(commit.id())).contains(commit);
      assertThat(repository.known("0123456789".repeat(4))).isEmpty();
      assertThat(repository.known("main")).isEmpty();
    }
  }

  @Test
  void signedCommitIsHandedOutWhole() throws Exception {
    String id = origin.commit("a", "1");
    try (Repository repository = Repository.open(cache, Mode.KEEP)) {
      Commit commit = repository.resolve(origin.plain(), Optional.empty());

      assertThat(new String(repository.raw(commit), StandardCharsets.UTF_8).strip())
          .isEqualTo(origin.git("cat-file", "commit", id));
    }
  }

  @Test
  void temporaryModeChangesNothing() throws Exception {
    origin.commit("a", "1");
    resolve(origin.fileUrl());
    String second = origin.commit("a", "2");
    SortedMap<String, String> before = Snapshot.of(temp);

    for (RepoUrl url : new RepoUrl[] {origin.plain(), origin.fileUrl()}) {
      try (Repository repository = Repository.open(cache, Mode.TEMPORARY)) {
        Commit commit = repository.resolve(url, Optional.empty());
        Tree tree = repository.tree(commit);

        assertThat(commit.id()).isEqualTo(second);
        assertThat(tree.read(tree.file("a").orElseThrow(), 10)).isEqualTo(new byte[] {'2'});
        assertThat(repository.descends(second, origin.git("rev-parse", "HEAD~1"))).isTrue();
      }
    }

    assertThat(Snapshot.of(temp)).isEqualTo(before);
  }

  @Test
  void temporaryModeMakesNoCache() throws Exception {
    String id = origin.commit("a", "1");

    try (Repository repository = Repository.open(cache, Mode.TEMPORARY)) {
      assertThat(repository.resolve(origin.plain(), Optional.of(id.substring(0, 8))).id())
          .isEqualTo(id);
      assertThat(repository.known(id)).isEmpty();
    }

    assertThat(cache).doesNotExist();
  }

  @Test
  void manyFetchesArePackedTogether() throws Exception {
    Commit first = resolve(origin.fileUrl(), origin.commit("a", "0"));
    for (int i = 1; i <= 52; i++) {
      origin.commit("a", "version " + i);
      resolve(origin.fileUrl());
    }

    try (var packs = Files.list(cache.resolve("objects/pack"))) {
      assertThat(packs.filter(pack -> pack.toString().endsWith(".pack")).count()).isLessThan(10);
    }
    assertThat(content(first, "a")).isEqualTo("0");
    assertThat(content(resolve(origin.fileUrl()), "a")).isEqualTo("version 52");
  }

  @Test
  void webServerThatIsDownIsNamedWithoutThePassword() {
    RepoUrl nobody = Origin.url("https://ann:secret@127.0.0.1:1/x.git");

    SourceException failure = failure(Reason.UNREACHABLE, () -> resolve(nobody));

    assertThat(failure.detail()).contains("https://***@127.0.0.1:1/x.git", "refused");
    assertThat(failure).hasNoCause();
    assertThat(failure.detail()).doesNotContain("secret");
  }

  @Test
  void cacheInAPlaceThatCannotBeWrittenIsExplained() throws IOException {
    origin.commit("a", "1");
    cache = Files.writeString(temp.resolve("file"), "").resolve("cache");

    failure(Reason.STORAGE, () -> resolve(origin.fileUrl()));
  }
}
