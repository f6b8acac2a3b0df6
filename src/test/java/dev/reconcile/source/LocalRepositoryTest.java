// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static dev.reconcile.source.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.source.Repository.Mode;
import dev.reconcile.source.SourceException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LocalRepositoryTest {
  @TempDir Path temp;
  private Origin origin;

  @BeforeEach
  void createOrigin() {
    origin = Origin.create(temp.resolve("origin"));
  }

  private String resolve(Mode mode, String directory) throws SourceException {
    try (Repository repository = Repository.open(temp.resolve("cache"), mode)) {
      Commit commit = repository.resolve(Origin.url(directory), Optional.empty());
      assertThat(repository.tree(commit).file("a")).isPresent();
      return commit.id();
    }
  }

  @ParameterizedTest
  @EnumSource
  void linkedWorktreeHasItsOwnHead(Mode mode) throws Exception {
    origin.commit("a", "1");
    Origin linked = new Origin(temp.resolve("linked"));
    origin.git("worktree", "add", "-q", "-b", "side", linked.directory().toString());
    String id = linked.commit("a", "2");

    assertThat(resolve(mode, linked.directory().toString())).isEqualTo(id);
    assertThat(resolve(mode, origin.directory().toString())).isNotEqualTo(id);
  }

  @ParameterizedTest
  @EnumSource
  void detachedHeadIsUsedAsItIs(Mode mode) throws Exception {
    String id = origin.commit("a", "1");
    origin.commit("a", "2");
    origin.git("checkout", "-q", id);

    assertThat(resolve(mode, origin.directory().toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @EnumSource
  void bareRepositoryIsARepository(Mode mode) throws Exception {
    String id = origin.commit("a", "1");
    Path bare = temp.resolve("bare.git");
    origin.git("clone", "-q", "--bare", ".", bare.toString());

    assertThat(resolve(mode, bare.toString())).isEqualTo(id);
    try (Repository repository = Repository.open(temp.resolve("cache"), mode)) {
      assertThat(repository.hasUncommittedChanges(new Origin(bare).plain())).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void packedRepositoryIsRead(Mode mode) throws Exception {
    String id = origin.commit("a", "1");
    origin.git("gc", "-q");

    assertThat(resolve(mode, origin.directory().toString())).isEqualTo(id);
  }

  @Test
  void directoryThatIsNoRepositoryIsExplained() throws Exception {
    Path plain = Files.createDirectories(temp.resolve("plain"));
    origin.write("sub/x", "");

    SourceException none = failure(Reason.NOT_A_REPO, () -> resolve(Mode.KEEP, plain.toString()));
    SourceException folder =
        failure(
            Reason.NOT_A_REPO,
            () -> resolve(Mode.KEEP, origin.directory().resolve("sub").toString()));

    assertThat(none.detail()).contains("git init");
    assertThat(folder.detail()).contains("--repo " + origin.directory() + " --path sub");
    failure(Reason.UNREACHABLE, () -> resolve(Mode.KEEP, temp.resolve("nowhere").toString()));
  }

  @Test
  void brokenWorktreeIsExplained() throws Exception {
    Path broken = Files.createDirectories(temp.resolve("broken"));
    Files.writeString(broken.resolve(".git"), "gitdir: /nowhere\n");

    failure(Reason.NOT_A_REPO, () -> resolve(Mode.KEEP, broken.toString()));
  }

  @Test
  void shallowCloneIsReadButNotKept() throws Exception {
    origin.commit("a", "1");
    String id = origin.commit("a", "2");
    Path shallow = temp.resolve("shallow");
    origin.git("clone", "-q", "--depth=1", "file://" + origin.directory(), shallow.toString());

    assertThat(resolve(Mode.TEMPORARY, shallow.toString())).isEqualTo(id);
    SourceException failure =
        failure(Reason.NOT_A_REPO, () -> resolve(Mode.KEEP, shallow.toString()));
    assertThat(failure.detail()).contains("fetch --unshallow");
  }

  @Test
  void sha256RepositoryIsRefused() {
    Path path = temp.resolve("sha256");
    origin.git("init", "-q", "--object-format=sha256", path.toString());
    new Origin(path).commit("a", "1");

    SourceException failure = failure(Reason.NOT_A_REPO, () -> resolve(Mode.KEEP, path.toString()));

    assertThat(failure.detail()).contains("SHA-256");
  }

  @Test
  void uncommittedChangesAreSeen() throws Exception {
    origin.write(".gitignore", "ignored\n");
    origin.commit("sub/a", "1");
    try (Repository repository = Repository.open(temp.resolve("cache"), Mode.TEMPORARY)) {
      assertThat(repository.hasUncommittedChanges(origin.plain())).isFalse();
      origin.write("ignored", "x");
      assertThat(repository.hasUncommittedChanges(origin.plain())).isFalse();
      origin.write("sub/new", "x");
      assertThat(repository.hasUncommittedChanges(origin.plain())).isTrue();
      Files.delete(origin.directory().resolve("sub/new"));
      origin.write("sub/a", "2");
      assertThat(repository.hasUncommittedChanges(origin.plain())).isTrue();
      origin.git("add", "-A");
      assertThat(repository.hasUncommittedChanges(origin.plain())).isTrue();
    }
  }

  @Test
  void programsThatARepositoryNamesAreNotRun() throws Exception {
    Path ran = temp.resolve("ran");
    origin.write(".gitattributes", "* filter=evil\n");
    origin.commit("a", "1");
    origin.git("config", "filter.evil.clean", "touch " + ran);
    origin.git("config", "core.fsmonitor", "touch " + ran);
    origin.write("a", "2");
    Files.setLastModifiedTime(
        origin.directory().resolve("a"), java.nio.file.attribute.FileTime.fromMillis(0));
    try (Repository repository = Repository.open(temp.resolve("cache"), Mode.KEEP)) {
      repository.resolve(origin.plain(), Optional.empty());
      assertThat(repository.hasUncommittedChanges(origin.plain())).isTrue();
    }

    assertThat(ran).doesNotExist();
  }

  @Test
  void reftableIsReadByJGit() throws Exception {
    String id = origin.commit("a", "1");
    origin.git("branch", "side");
    Path path = temp.resolve("reftable");
    IsolatedSystemReader.install(); // or JGit measures the disk, and notes it in the home
    try (var jgit =
        (org.eclipse.jgit.internal.storage.file.FileRepository)
            org.eclipse.jgit.api.Git.cloneRepository()
                .setURI(origin.directory().toString())
                .setDirectory(path.toFile())
                .call()
                .getRepository()) {
      jgit.convertRefStorage("reftable", false, false);
    }

    assertThat(path.resolve(".git/reftable")).isDirectory();
    assertThat(resolve(Mode.KEEP, path.toString())).isEqualTo(id);
    assertThat(resolve(Mode.TEMPORARY, path.toString())).isEqualTo(id);
  }
}
