// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reconcile.source.LargeFiles;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever looks through a commit without writing it refuses what whoever writes it would. */
final class RefusedCommitsTest {
  @TempDir Path temp;
  private AppRepository repo;

  @BeforeEach
  void firstCommit() throws IOException {
    repo = AppRepository.create(temp.resolve("repo"));
    repo.write("main.py", "app = 1\n");
    repo.write("folder/inner", "1");
    repo.commit();
  }

  private Repository open() {
    return Repository.open(temp.resolve("cache"), Repository.Mode.KEEP);
  }

  private Tree tree(Repository repository) throws SourceException {
    return repository.tree(repository.resolve(RepoUrl.parse(repo.url()), Optional.of("main")));
  }

  @ParameterizedTest
  @EnumSource
  void surveyAndExportRefuseTheSame(RefusedCommit refused) throws Exception {
    refused.commit(repo);
    Path target = Files.createDirectory(temp.resolve("target"));
    try (Repository repository = open()) {
      Tree tree = tree(repository);
      Instant began = Instant.now();

      SourceException survey = catchThrowableOfType(SourceException.class, () -> tree.survey(""));

      assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(30));
      assertThat(survey).isNotNull();
      assertThat(survey.detail()).contains(refused.words());
      if (refused != RefusedCommit.MORE_FILES_THAN_ANY_DISK_TAKES) {
        SourceException export =
            catchThrowableOfType(
                SourceException.class, () -> tree.export("", target, LargeFiles.NONE));
        assertThat(export).hasMessage(survey.getMessage());
        assertThat(export.detail()).isEqualTo(survey.detail());
        assertThat(export.reason()).isEqualTo(survey.reason());
      }
    }
  }

  @Test
  void sizesAreKnownWithoutWriting() throws Exception {
    repo.write("large", "x".repeat(10_000));
    repo.commit();
    try (Repository repository = open()) {
      var contents = tree(repository).survey("");

      assertThat(contents.files()).isEqualTo(4);
      assertThat(contents.bytes()).isEqualTo(4096 * 3 + 3 * 4096);
      assertThat(contents.large()).isEmpty();
    }
  }
}
