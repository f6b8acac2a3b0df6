// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A link in a tree that reconcile makes, to data of the app outside of the tree.
 *
 * <p>Invariant: root owns the link, and its place is below the root of the tree.
 *
 * @param place the path in the tree, relative
 * @param target the absolute path of the data
 */
public record DataLink(String place, String target) {
  /** Returns a text that differs if a link differs; empty for no links. */
  public static String identity(List<DataLink> links) {
    return links.stream()
        .map(link -> "data " + link.place() + " -> " + link.target() + "\n")
        .collect(Collectors.joining());
  }
}
