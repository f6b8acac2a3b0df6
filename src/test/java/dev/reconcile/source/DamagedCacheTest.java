// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import static dev.reconcile.source.Failures.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.source.Repository.Mode;
import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class DamagedCacheTest {
  @TempDir Path temp;
  private Origin origin;
  private Path cache;

  @BeforeEach
  void createOrigin() {
    origin = Origin.create(temp.resolve("origin"));
    origin.commit("a", "1");
    cache = temp.resolve("cache");
  }

  private byte[] read(Mode mode) throws SourceException {
    try (Repository repository = Repository.open(cache, mode)) {
      Tree tree = repository.tree(repository.resolve(origin.fileUrl(), Optional.empty()));
      return tree.read(tree.file("a").orElseThrow(), 10);
    }
  }

  private static void overwrite(Path directory, String suffix, int keep) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(suffix)) {
          byte[] bytes = Files.readAllBytes(file);
          Files.delete(file);
          Files.write(file, Arrays.copyOf(bytes, Math.min(keep, bytes.length)));
        }
      }
    }
  }

  private void deleteLoose() throws IOException {
    try (Stream<Path> folders = Files.list(cache.resolve("objects"))) {
      for (Path folder : folders.filter(f -> f.getFileName().toString().length() == 2).toList()) {
        Folders.delete(folder);
      }
    }
  }

  @Test
  void damagedLooseCopiesAreReadFromThePack() throws Exception {
    read(Mode.KEEP);
    overwrite(cache.resolve("objects"), "", 0xffff);
    try (Stream<Path> folders = Files.list(cache.resolve("objects"))) {
      for (Path folder : folders.filter(f -> f.getFileName().toString().length() == 2).toList()) {
        overwrite(folder, "", 7);
      }
    }

    assertThat(read(Mode.KEEP)).isEqualTo(new byte[] {'1'});
  }

  @ParameterizedTest
  @EnumSource
  void cutOffPackIsFetchedAgain(Mode mode) throws Exception {
    read(Mode.KEEP);
    deleteLoose();
    overwrite(cache.resolve("objects/pack"), ".pack", 40);

    assertThat(read(mode)).isEqualTo(new byte[] {'1'});
    assertThat(read(mode)).isEqualTo(new byte[] {'1'});
  }

  @ParameterizedTest
  @EnumSource
  void missingObjectsAreFetchedAgainWhenTheBranchMoves(Mode mode) throws Exception {
    read(Mode.KEEP);
    deleteLoose();
    Folders.delete(cache.resolve("objects/pack"));
    origin.commit("b", "2");

    assertThat(read(mode)).isEqualTo(new byte[] {'1'});
  }

  /**
   * A server sends only what we do not claim to have, so a gap behind a pin shows after fetching.
   */
  @ParameterizedTest
  @EnumSource
  void gapInWhatWasFetchedBeforeIsFilled(Mode mode) throws Exception {
    read(Mode.KEEP);
    deleteLoose();
    Origin inCache = new Origin(cache);
    String tree = inCache.git("rev-parse", "refs/reconcile/" + origin.head() + "^{tree}");
    Files.move(cache.resolve("objects/pack"), temp.resolve("pack"));
    Files.createDirectory(cache.resolve("objects/pack"));
    try (Stream<Path> packs = Files.list(temp.resolve("pack"))) {
      Path pack = packs.filter(file -> file.toString().endsWith(".pack")).findFirst().orElseThrow();
      inCache.git("--git-dir=.", "-c", "alias.unpack=!git unpack-objects -q <" + pack, "unpack");
    }
    Files.delete(cache.resolve("objects").resolve(tree.substring(0, 2)).resolve(tree.substring(2)));
    origin.commit("b", "2");

    assertThat(read(mode)).isEqualTo(new byte[] {'1'});
  }

  @Test
  void damageFoundOnlyWhenAFileIsReadIsRepaired() throws Exception {
    read(Mode.KEEP);
    try (Repository repository = Repository.open(cache, Mode.KEEP)) {
      Commit commit = repository.resolve(origin.fileUrl(), Optional.empty());
      Tree tree = repository.tree(commit);
      Blob file = tree.file("a").orElseThrow();
      deleteLoose();
      overwrite(cache.resolve("objects/pack"), ".pack", 40);

      assertThat(tree.read(file, 10)).isEqualTo(new byte[] {'1'});
    }
  }

  @Test
  void damagedCacheStaysUntilItCanBeReplaced() throws Exception {
    read(Mode.KEEP);
    deleteLoose();
    overwrite(cache.resolve("objects/pack"), ".pack", 40);
    String id = origin.head();
    Files.move(origin.directory(), temp.resolve("gone"));

    failure(Reason.UNREACHABLE, () -> read(Mode.KEEP));
    try (Repository repository = Repository.open(cache, Mode.KEEP)) {
      failure(Reason.CORRUPT, () -> repository.known(id));
    }

    Files.move(temp.resolve("gone"), origin.directory());
    assertThat(read(Mode.KEEP)).isEqualTo(new byte[] {'1'});
  }

  @Test
  void leftoversOfAKilledFetchDoNotStopTheNext() throws Exception {
    read(Mode.KEEP);
    for (String name :
        new String[] {
          "HEAD.lock",
          "packed-refs.lock",
          "config.lock",
          "FETCH_HEAD.lock",
          "shallow.lock",
          "refs/reconcile/" + origin.head() + ".lock",
          "objects/incoming_1.pack",
          "pin1.lock",
          "objects/pack/gc_1.pack_tmp"
        }) {
      Files.writeString(cache.resolve(name), "half");
    }
    Files.writeString(origin.directory().resolve("a"), "2");
    origin.commitAll("two");

    assertThat(read(Mode.KEEP)).isEqualTo(new byte[] {'2'});

    try (Stream<Path> files = Files.walk(cache)) {
      assertThat(files.map(Path::toString).filter(f -> f.matches(".*(lock|incoming|gc_).*")))
          .isEmpty();
    }
  }

  @Test
  void halfMadeCacheIsCompleted() throws Exception {
    Files.createDirectories(cache.resolve("objects/pack"));
    Files.writeString(cache.resolve("config"), "[co");

    assertThat(read(Mode.KEEP)).isEqualTo(new byte[] {'1'});
  }

  /** What a power cut leaves of a cache: files without content, or none at all. */
  enum Damage {
    EMPTY_OBJECTS,
    NO_OBJECTS,
    EMPTY_PINS,
    NO_REFS,
    EMPTY_HEAD,
    EMPTY_CONFIG,
    A_PLAIN_FILE;

    void in(Path cache) throws IOException {
      switch (this) {
        case EMPTY_OBJECTS -> overwrite(cache.resolve("objects"), "", 0);
        case NO_OBJECTS -> Folders.delete(cache.resolve("objects"));
        case EMPTY_PINS -> overwrite(cache.resolve("refs"), "", 0);
        case NO_REFS -> Folders.delete(cache.resolve("refs"));
        case EMPTY_HEAD -> Files.writeString(cache.resolve("HEAD"), "");
        case EMPTY_CONFIG -> Files.writeString(cache.resolve("config"), "");
        case A_PLAIN_FILE -> {
          Folders.delete(cache);
          Files.writeString(cache, "");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatAPowerCutLeftIsFetchedAgain(Damage damage) throws Exception {
    read(Mode.KEEP);
    damage.in(cache);

    assertThat(read(Mode.TEMPORARY)).isEqualTo(new byte[] {'1'});
    assertThat(read(Mode.KEEP)).isEqualTo(new byte[] {'1'});
  }

  @ParameterizedTest
  @EnumSource
  void whatAPowerCutLeftDoesNotStopANewCommit(Damage damage) throws Exception {
    read(Mode.KEEP);
    Files.writeString(origin.directory().resolve("a"), "2");
    origin.commitAll("two");
    damage.in(cache);

    assertThat(read(Mode.TEMPORARY)).isEqualTo(new byte[] {'2'});
    assertThat(read(Mode.KEEP)).isEqualTo(new byte[] {'2'});
  }

  @ParameterizedTest
  @EnumSource
  void aCommitNamedByItsIdIsFetchedAgain(Damage damage) throws Exception {
    read(Mode.KEEP);
    damage.in(cache);

    for (String id : new String[] {origin.head(), origin.head().substring(0, 8)}) {
      try (Repository repository = Repository.open(cache, Mode.KEEP)) {
        Tree tree = repository.tree(repository.resolve(origin.fileUrl(), Optional.of(id)));
        assertThat(tree.read(tree.file("a").orElseThrow(), 10)).isEqualTo(new byte[] {'1'});
      }
    }
  }

  /**
   * The commit counts only once it is pinned, so a cut connection is noticed by what is missing.
   */
  @Test
  void repositoryThatIsItselfIncompleteIsReported() throws Exception {
    String blob = origin.git("rev-parse", "HEAD:a");
    Files.delete(
        origin
            .directory()
            .resolve(".git/objects")
            .resolve(blob.substring(0, 2))
            .resolve(blob.substring(2)));

    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                SourceException.class, () -> read(Mode.KEEP)))
        .isNotNull();
  }
}
