// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Step.Material;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.List;
import java.util.Map;

/**
 * The tree whose projects a virtualenv uses in place ({@code pip install -e}), as an app that was
 * set up by hand does: the app finds templates and other files that its packages do not list.
 *
 * <p>A tree of a repository is copied into the virtualenv, so that both are of the same revision,
 * and what a build writes into the tree is there. The app's own directory is used where it is; the
 * build sees a copy at that path.
 *
 * @param path the path of the tree when the app runs; empty if no requirement uses it in place
 * @param home the path of the virtualenv
 * @param isCopied whether the tree is a part of the virtualenv
 */
record InPlaceTree(String path, String home, boolean isCopied) {
  /**
   * Copies the metadata that older versions of setuptools write into the tree, which is only the
   * build's copy, to the packages of the virtualenv.
   */
  private static final String METADATA =
      """
      for site in "$1"/lib/python*/site-packages; do
        if [ -e "$site/easy-install.pth" ]; then
          find "$2" -maxdepth 5 -type d -name '*.egg-info' ! -path '*/site-packages/*' \
            -exec cp -R -t "$site" {} +
        fi
      done
      """;

  static InPlaceTree of(VenvRecipe recipe, String home) {
    boolean copied = recipe.material().directory().isEmpty();
    String place = copied ? home + "/source" : recipe.material().directory();
    return new InPlaceTree(isUsed(recipe.material()) ? place : "", home, copied);
  }

  private static boolean isUsed(Material material) {
    return material.files().values().stream()
        .anyMatch(file -> file.text().contains("-e \"${" + VenvKind.IN_PLACE + "}"));
  }

  /** Returns the variables of pip's environment. */
  Map<String, String> environment() {
    return path.isEmpty() ? Map.of() : Map.of(VenvKind.IN_PLACE, path);
  }

  /** Makes the tree, before pip runs. */
  void make(Build build) throws HostException, StepFailure {
    if (!path.isEmpty() && isCopied) {
      build.run("cp", List.of("cp", "-a", VenvKind.SOURCE + "/.", path));
    }
  }

  /** Completes the virtualenv, after pip has run. */
  void complete(Build build) throws HostException, StepFailure {
    if (!path.isEmpty() && !isCopied) {
      build.run("metadata", List.of("sh", "-c", METADATA, "sh", home, path));
    }
  }
}
