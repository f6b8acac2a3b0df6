// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The keys {@code allow} and {@code deny}: the addresses of visitors that nginx lets in or not.
 *
 * @param list the key
 * @param adder adds the value to the lines
 */
record AddressesKey(Key<List<String>> list, BiConsumer<PartLines, List<String>> adder)
    implements PartKey {
  static final AddressesKey ALLOW =
      new AddressesKey(
          Key.texts("allow", TextFormat.VISITORS, "the addresses of visitors; others get 403")
              .otherwise("all")
              .more("`deny` wins. Name IPv6 networks as well.")
              .example("[10.0.0.0/8, 2001:db8::/32]"),
          PartLines::allow);
  static final AddressesKey DENY =
      new AddressesKey(
          Key.texts("deny", TextFormat.VISITORS, "the addresses of visitors that get 403")
              .otherwise("none, or with `allow` all others")
              .example("203.0.113.7"),
          PartLines::deny);

  @Override
  public Key<?> key() {
    return list;
  }

  @Override
  public void check(Part part, Declarations mistakes) {
    for (Value item : part.keys().items(list)) {
      Table.textOf(item)
          .filter(text -> text.contains("/"))
          .map(Network::of)
          .filter(network -> !network.isExact())
          .ifPresent(
              network -> mistakes.error(item.origin(), "Address in a network", network.advice()));
    }
  }

  @Override
  public void add(Part part, PartLines lines) {
    adder.accept(lines, part.get(list));
  }
}
