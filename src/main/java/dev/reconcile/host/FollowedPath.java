// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The place that a path leads to, as the kernel resolves it: through every link, whoever owns it.
 *
 * <p>Invariant: no component of {@link #place} and {@link #passed} was a link. A link of another
 * user may lead anywhere, so what is at the place is read with the rights of the user who needs it,
 * and never written.
 *
 * @param links the links on the way, in order
 * @param names the path itself, and its form after each link
 * @param passed the places on the way that are no links, each once, in order
 * @param place the absolute path that the path leads to
 * @param exists whether there is something at the place
 */
public record FollowedPath(
    List<Link> links, List<String> names, List<String> passed, String place, boolean exists) {
  public FollowedPath {
    links = List.copyOf(links);
    names = List.copyOf(names);
    passed = List.copyOf(passed);
  }

  /**
   * A link on the way.
   *
   * @param path the link: a beginning of the path where it is one, and otherwise its real path
   * @param target the target as written in the link
   */
  public record Link(String path, String target) {}

  /** Returns the place; empty if there is nothing at it. */
  public Optional<String> target() {
    return exists ? Optional.of(place) : Optional.empty();
  }

  /** Returns the links as text, each once and on a line of its own; empty if there are none. */
  public String linksText() {
    return links.stream()
        .map(link -> link.path() + " -> " + link.target() + "\n")
        .distinct()
        .collect(Collectors.joining());
  }
}
