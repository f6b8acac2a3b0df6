// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.BuildRecipe;
import dev.reconcile.model.Live;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.model.TreeName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tree is named after all that it was made of, and its revision is found in the name. */
final class CheckoutKindTest {
  private static final String STORE = "/var/lib/reconcile/checkouts/shop";
  private static final String ID = "7d61c74aa0b1c2d3e4f5061728394a5b6c7d8e9f";
  private static final String DIGEST = "0123456789ab";

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    ID + ", " + ID,
    ID + "." + DIGEST + ", " + ID,
    STORE + "/" + ID + "." + DIGEST + ", " + ID,
    "r-1, r-1",
  })
  void revisionIsThePartBeforeTheBuild(String tree, String revision) {
    assertThat(TreeName.ofPath(tree).revision()).isEqualTo(revision);
  }

  private static CheckoutKind.Spec spec(BuildRecipe build) {
    return new CheckoutKind.Spec(
        "folder src", ID, STORE, new TreeRef("", ID, "src"), "", List.of(), build);
  }

  private static BuildRecipe recipe(String digest) {
    return new BuildRecipe(
        "shop",
        digest,
        List.of(new BuildRecipe.Command(List.of("sh", "-c", "echo 'a b'"), Duration.ofMinutes(1))),
        new TreeMap<>(),
        "/srv/shop",
        new BuildRecipe.Venv("/srv/venv", "/s/1", "python3"),
        List.of(),
        List.of());
  }

  @Test
  void anAppWithoutBuildStepsKeepsTheNameOfItsTree() {
    assertThat(spec(BuildRecipe.NONE).home()).isEqualTo(STORE + "/" + ID);
    assertThat(new CheckoutKind().render(spec(BuildRecipe.NONE)))
        .isEqualTo("folder src at " + ID + "\n");
  }

  @Test
  void anotherBuildOfTheSameRevisionIsAnotherTree() throws Exception {
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
    Path link = temp.resolve("srv/shop");
    Files.createDirectories(temp.resolve((STORE + "/" + ID + "." + DIGEST).substring(1)));
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(STORE + "/" + ID + "." + DIGEST));
    CheckoutKind kind = new CheckoutKind();

    CheckoutKind.Spec same = spec(recipe(DIGEST));
    assertThat(kind.observe(host.facts(), "/srv/shop", Optional.of(same)))
        .isEqualTo(new Live.Present(same, true));

    CheckoutKind.Spec other = spec(recipe("fedcba987654"));
    Live.Present found = (Live.Present) kind.observe(host.facts(), "/srv/shop", Optional.of(other));
    CheckoutKind.Spec before = kind.cast(found.spec());
    assertThat(before.home()).isEqualTo(STORE + "/" + ID + "." + DIGEST);
    assertThat(kind.render(before))
        .isEqualTo("folder src at " + ID + "\nbuilt as " + DIGEST + "\n");
    assertThat(kind.render(other))
        .isEqualTo(
            """
            folder src at %s
            built as fedcba987654
            build step: sh -c 'echo '\\''a b'\\'''
            """
                .formatted(ID));
  }
}
