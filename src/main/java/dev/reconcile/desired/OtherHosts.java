// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.kind.Table;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * The files of all hosts, as far as one host needs to know them: the address, and which apps run
 * there. Each is read once, when it is asked for.
 */
final class OtherHosts {
  private final FileTree tree;
  private final List<Diagnostic> mistakes;
  private final SortedSet<String> names;
  private final Map<String, Table> read = new TreeMap<>();

  /**
   * @param tree the files
   * @param names the hosts that have a file
   * @param mistakes receives mistakes in addresses, and files that cannot be read
   */
  OtherHosts(FileTree tree, SortedSet<String> names, List<Diagnostic> mistakes) {
    this.tree = tree;
    this.names = names;
    this.mistakes = mistakes;
  }

  /** Returns the hosts that have a file. */
  SortedSet<String> names() {
    return names;
  }

  /** Returns the address of a host; empty if it has none, or if a mistake in it is reported. */
  Optional<String> address(String host) {
    return Optional.of(file(host).get(HostSection.ADDRESS)).filter(text -> !text.isEmpty());
  }

  /** Returns whether the file of a host sets an address, also if that has a mistake. */
  boolean hasAddress(String host) {
    return file(host).has(HostSection.ADDRESS);
  }

  /** Returns the apps that the file of a host lists; empty if it lists none and so means all. */
  Optional<List<String>> apps(String host) {
    Table file = file(host);
    return file.has(HostSection.APPS) ? Optional.of(file.get(HostSection.APPS)) : Optional.empty();
  }

  private Table file(String host) {
    return read.computeIfAbsent(host, this::open);
  }

  // Other mistakes in the file of another host do not concern this one.
  private Table open(String host) {
    String path = "hosts/" + host + ".yaml";
    Value.Mapping map = mapping(path);
    List<Value.Entry> entries = new ArrayList<>();
    map.entry(HostSection.ADDRESS.name()).ifPresent(entry -> entries.add(checked(entry)));
    map.entry(HostSection.APPS.name()).ifPresent(entries::add);
    return new Table(new Value.Mapping(entries, map.origin()));
  }

  // The address of a file that cannot be read is unknown, and not missing.
  private Value.Mapping mapping(String path) {
    Origin file = Origin.of(path);
    List<Diagnostic> found = new ArrayList<>();
    Optional<Value.Mapping> map = Optional.empty();
    try {
      map =
          tree.read(path, YamlReader.MOST_BYTES)
              .flatMap(bytes -> YamlReader.read(path, bytes, found));
    } catch (FileTree.Unreadable e) {
      mistakes.add(Diagnostic.error(file, "Unusable file", String.valueOf(e.getMessage())));
    }
    found.stream().filter(Diagnostic::isError).forEach(mistakes::add);
    return map.orElseGet(() ->
        new Value.Mapping(
            List.of(new Value.Entry(HostSection.ADDRESS.name(), file, new Value.Refused(file))),
            file));
  }

  private Value.Entry checked(Value.Entry entry) {
    if (entry.value() instanceof Value.Refused) {
      return entry;
    }
    Value value =
        new SchemaValidator(mistakes)
            .check(entry.value(), HostSection.ADDRESS.field().shape(), entry.key());
    return new Value.Entry(entry.key(), entry.keyOrigin(), value);
  }
}
