// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.nginx.Directive;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules of raw lines that let in or refuse visitors by their address. A site on IPv6 has
 * visitors that a list of IPv4 addresses does not mean.
 */
final class AddressRules {
  private static final String EVERYONE = "all";

  private AddressRules() {}

  /**
   * A block whose rules name addresses of IPv4 alone.
   *
   * @param first the first rule
   * @param refuses whether the rules refuse all visitors over IPv6; if not, they let in all
   */
  record OfIpv4(Directive first, boolean refuses) {}

  /** Finds the first such block among directives and the blocks in them. */
  static Optional<OfIpv4> in(List<Directive> directives) {
    return Stream.concat(
            Stream.of(directives),
            directives.stream()
                .flatMap(directive -> Stream.concat(Stream.of(directive), directive.all()))
                .filter(Directive::isBlock)
                .map(Directive::block))
        .flatMap(block -> ofBlock(block).stream())
        .findFirst();
  }

  private static Optional<OfIpv4> ofBlock(List<Directive> block) {
    List<Directive> rules = new ArrayList<>();
    for (Directive line : block) {
      if ((line.is("allow") || line.is("deny")) && line.words().size() == 2) {
        rules.add(line);
      }
    }
    List<Directive> named =
        rules.stream().filter(rule -> !rule.parameter().equals(EVERYONE)).toList();
    boolean isOfIpv4 =
        !named.isEmpty() && named.stream().allMatch(rule -> rule.parameter().matches("[0-9./]+"));
    boolean refuses =
        rules.stream()
            .filter(rule -> rule.parameter().equals(EVERYONE))
            .findFirst()
            .filter(rule -> rule.is("deny"))
            .isPresent();
    boolean hasAllowed = named.stream().anyMatch(rule -> rule.is("allow"));
    return isOfIpv4 && (refuses ? hasAllowed : named.stream().anyMatch(rule -> rule.is("deny")))
        ? Optional.of(new OfIpv4(named.getFirst(), refuses))
        : Optional.empty();
  }
}
