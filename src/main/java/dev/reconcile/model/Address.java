// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Comparator;

/**
 * The name of a resource, unique on one host: its kind and its name within the kind.
 *
 * @param kind the kind's name, such as {@code file}
 * @param name unique within the kind: a path, a unit's name, a package's name
 */
public record Address(String kind, String name) implements Comparable<Address> {
  private static final Comparator<Address> ORDER =
      Comparator.comparing(Address::kind).thenComparing(Address::name);

  @Override
  public int compareTo(Address other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return kind + " " + name;
  }
}
