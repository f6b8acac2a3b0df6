// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The walk along a path through the links of all users. It records each link that it reads, so a
 * later run detects a changed link.
 */
final class LinkWalk {
  private final Path root;
  private final ObservationLog observations;
  private final Deque<Part> left = new ArrayDeque<>();
  private final List<FollowedPath.Link> links = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Set<String> passed = new LinkedHashSet<>();

  /**
   * A component of the path that is left to walk.
   *
   * @param prefix the path up to this component; empty for a component of a link's target
   */
  private record Part(String name, String prefix) {}

  LinkWalk(Path root, ObservationLog observations) {
    this.root = root;
    this.observations = observations;
  }

  /**
   * Walks along a path.
   *
   * @param path absolute and normalised
   */
  FollowedPath along(String path) throws HostException {
    push(path, true);
    names.add("/" + left.stream().map(Part::name).collect(Collectors.joining("/")));
    Path place = root;
    while (!left.isEmpty()) {
      Part part = left.pop();
      if (part.name().equals("..")) {
        place = place.equals(root) ? root : place.resolveSibling("");
        continue;
      }
      Path next = place.resolve(part.name());
      if (Files.isSymbolicLink(next)) {
        place = through(part, next, place);
      } else {
        place = next;
        passed.add(onHost(place));
      }
    }
    return new FollowedPath(
        links, names, List.copyOf(passed), onHost(place), see(place, Observation.Kind.SHAPE));
  }

  private Path through(Part part, Path link, Path folder) throws HostException {
    if (links.size() >= HostPaths.MOST_LINKS) {
      throw new HostException(
          HostFailure.TOO_MANY_LINKS, "Too many symbolic links in " + names.getFirst());
    }
    see(link, Observation.Kind.CONTENT);
    String target;
    try {
      target = Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      throw new HostException("Cannot read the link " + link + ": " + e.getMessage(), e);
    }
    links.add(
        new FollowedPath.Link(part.prefix().isEmpty() ? onHost(link) : part.prefix(), target));
    push(target, false);
    Path from = target.startsWith("/") ? root : folder;
    Path name = from;
    for (Part ahead : left) {
      name = name.resolve(ahead.name());
    }
    names.add(onHost(name.normalize()));
    return from;
  }

  private void push(String path, boolean isPrefix) {
    List<Part> parts = new ArrayList<>();
    StringBuilder prefix = new StringBuilder();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        prefix.append('/').append(name);
        parts.add(new Part(name, isPrefix ? prefix.toString() : ""));
      }
    }
    parts.reversed().forEach(left::push);
  }

  private String onHost(Path place) {
    return "/" + (place.startsWith(root) ? root.relativize(place).toString() : "");
  }

  private boolean see(Path place, Observation.Kind kind) throws HostException {
    try {
      Optional<FileStamp> mark = FileStamp.of(place);
      observations.saw(kind, place.toString(), mark);
      return mark.isPresent();
    } catch (IOException e) {
      throw new HostException("Cannot look at " + place + ": " + e.getMessage(), e);
    }
  }
}
