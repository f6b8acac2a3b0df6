// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Digest;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.requirements.MalformedRequirements;
import dev.reconcile.requirements.Reference;
import dev.reconcile.requirements.RequirementLine;
import dev.reconcile.requirements.RequirementsFile;
import java.util.Optional;

/**
 * A list of requirements that is a file of the desired-state repo.
 *
 * <p>Invariant: the list names no other file, because pip runs where there is no other file.
 *
 * @param path the file in the repo
 * @param content its content
 */
record RepoList(String path, Content content) implements Sources.Resolved {
  @Override
  public String revision() {
    return Digest.of(content.text()).hex();
  }

  @Override
  public TreeRef tree() {
    return new TreeRef("", "", "");
  }

  @Override
  public Optional<Sources.SourceFile> file(String name) {
    return name.equals(path)
        ? Optional.of(new Sources.SourceFile(path, content))
        : Optional.empty();
  }

  /**
   * Reports a line that names another file. A list that pip cannot parse at all is reported later.
   */
  void check(Declarations mistakes, Origin origin) {
    RequirementsFile parsed;
    try {
      parsed = RequirementsFile.parse(content.bytes(), VenvKind.ENVIRONMENT);
    } catch (MalformedRequirements e) {
      return;
    }
    parsed.lines().stream()
        .filter(RepoList::namesFile)
        .findFirst()
        .ifPresent(line ->
            mistakes.error(
                origin,
                "Requirements list with references to files",
                """
                %s is a list of this repo, and pip sees that file alone: "%s" would not \
                be found. Put the requirements of that file into the list.\
                """
                    .formatted(path, parsed.line(line.first()).strip())));
  }

  private static boolean namesFile(RequirementLine line) {
    return switch (line) {
      case RequirementLine.Requirement requirement -> isLocal(Reference.of(requirement.text()));
      case RequirementLine.Editable editable -> isLocal(Reference.ofEditable(editable.what()));
      case RequirementLine.Include _ -> true;
      case RequirementLine.Options options ->
          options.findLinks().stream()
              .map(Reference::ofPlace)
              .anyMatch(place -> place instanceof Reference.Local local && !isOfHost(local));
      case RequirementLine.Malformed _ -> false;
    };
  }

  private static boolean isLocal(Reference reference) {
    return reference instanceof Reference.Local;
  }

  // A folder of packages on the host counts as an index.
  private static boolean isOfHost(Reference.Local place) {
    return place.path().startsWith("/");
  }
}
