// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.Value;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The hosts of a desired-state tree.
 *
 * @param own the name of the host whose desired state is read; empty for any host
 * @param named the hosts that have a file of their own
 */
public record Hosts(String own, SortedSet<String> named) {
  public Hosts {
    named = Collections.unmodifiableSortedSet(new TreeSet<>(named));
  }

  /**
   * Returns whether a process or schedule runs on this host, and warns about names that are
   * probably misspelt. A host needs no file of its own, so only a name like that of a known host
   * counts, and not one that differs in its number, as web1 and web2 do.
   *
   * @param keys the keys of the process or schedule
   */
  boolean isOn(Table keys, Declarations mistakes) {
    List<String> hosts = keys.get(ProcessesSection.ON);
    for (Value host : keys.items(ProcessesSection.ON)) {
      Table.textOf(host)
          .filter(name -> !named.contains(name) && !name.equals(own))
          .ifPresent(name -> {
            String suggestion = Suggestion.sentence(name, likeIt(name));
            if (!suggestion.isEmpty()) {
              mistakes.warning(
                  host.origin(),
                  "Unknown host",
                  "\"on\" names %s, and there is no hosts/%s.yaml.%s"
                      .formatted(name, name, suggestion));
            }
          });
    }
    if (keys.has(ProcessesSection.ON) && keys.items(ProcessesSection.ON).isEmpty()) {
      mistakes.error(
          keys.origin(ProcessesSection.ON),
          "No hosts",
          "\"on\" is empty. Name the hosts, or remove the key to mean every host.");
    }
    return hosts.isEmpty() || own.isEmpty() || hosts.contains(own);
  }

  private List<String> likeIt(String name) {
    return Stream.concat(named.stream(), Stream.of(own))
        .filter(other -> !other.isEmpty())
        .filter(other -> !withoutNumber(other).equals(withoutNumber(name)))
        .toList();
  }

  private static String withoutNumber(String name) {
    return name.replaceAll("[0-9]+", "0");
  }
}
