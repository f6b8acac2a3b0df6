// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The meaning of a user's ref in a repository. */
sealed interface RefChoice {
  /** An existing branch, tag or HEAD, by its full name. */
  record Named(String name, String id) implements RefChoice {}

  /** A commit id, possibly abbreviated. The commit need not exist. */
  record Id(String prefix) implements RefChoice {
    boolean isFull() {
      return prefix.length() == 40;
    }
  }

  /** A commit id as git accepts it: at least four hexadecimal digits. */
  Pattern ID = Pattern.compile("[0-9a-f]{4,40}");

  /**
   * Resolves a ref as git does: a branch before a tag, a name before an id; without a ref, HEAD.
   *
   * @throws SourceException NOT_FOUND, with the names of existing refs
   */
  static RefChoice of(RepoUrl url, Refs refs, Optional<String> ref) throws SourceException {
    String wanted = ref.orElse("HEAD");
    for (String name : candidates(wanted)) {
      Optional<String> id = refs.id(name);
      if (id.isPresent()) {
        return new Named(name, id.get());
      }
    }
    if (ID.matcher(wanted).matches()) {
      return new Id(wanted);
    }
    throw notFound(url, refs, wanted);
  }

  private static List<String> candidates(String wanted) {
    return wanted.equals("HEAD") || wanted.startsWith("refs/")
        ? List.of(wanted)
        : List.of("refs/heads/" + wanted, "refs/tags/" + wanted);
  }

  /** Returns the error for a branch, tag or commit that does not exist. */
  static SourceException notFound(RepoUrl url, Refs refs, String wanted) throws SourceException {
    Collection<String> names =
        refs.names().stream()
            .filter(name -> name.startsWith("refs/heads/") || name.startsWith("refs/tags/"))
            .map(name -> name.substring(name.indexOf('/', "refs/".length()) + 1))
            .toList();
    if (names.isEmpty()) {
      return new SourceException(
          Reason.NOT_FOUND, "Empty repository", url + " has no commit yet. Commit and push one.");
    }
    String existing = "It has: " + PrintableText.nearest(names, wanted) + ".";
    return wanted.equals("HEAD")
        ? new SourceException(
            Reason.NOT_FOUND,
            "No default branch",
            """
            %s: HEAD names a branch that does not exist. Choose one by --ref, or for an app \
            by source.ref. %s\
            """
                .formatted(url, existing))
        : new SourceException(
            Reason.NOT_FOUND,
            "No such branch, tag or commit",
            url + " has no \"" + PrintableText.line(wanted) + "\". " + existing);
  }
}
