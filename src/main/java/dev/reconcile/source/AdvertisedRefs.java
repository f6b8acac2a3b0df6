package dev.reconcile.source;

import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Refs as a server lists them.
 *
 * @param ids full name (or HEAD) to object id
 * @param peeledIds the annotated tags among them, with what they finally point to
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
