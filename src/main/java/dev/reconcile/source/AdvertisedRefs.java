// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The refs that a server lists.
 *
 * @param ids full name (or HEAD) to object id
 * @param peeledIds full name of each annotated tag to the id of the object that it finally points
 *     to
 */
record AdvertisedRefs(Map<String, String> ids, Map<String, String> peeledIds) implements Refs {
  AdvertisedRefs {
    ids = Map.copyOf(ids);
    peeledIds = Map.copyOf(peeledIds);
  }

  @Override
  public Optional<String> id(String name) {
    return Optional.ofNullable(ids.get(name));
  }

  @Override
  public Optional<String> peeled(String name) {
    return Optional.ofNullable(peeledIds.get(name));
  }

  @Override
  public SortedSet<String> names() {
    SortedSet<String> names = new TreeSet<>(ids.keySet());
    names.remove("HEAD");
    return names;
  }
}
