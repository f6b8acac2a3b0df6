// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import dev.reconcile.state.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The changes of one run.
 *
 * <p>Invariant: every text in it may be read by every user of the host.
 *
 * @param run the name of the run
 * @param command the command of the run; empty for a run of an earlier version
 * @param revision the commit
 * @param results app to its result; empty if the run did not finish
 * @param notes app to what else the history says of it
 * @param changes the changes
 */
public record RunChanges(
    String run,
    String command,
    String revision,
    SortedMap<String, String> results,
    SortedMap<String, String> notes,
    List<Changed> changes) {
  private static final int OTHERS_READ = 0004;
  private static final int OTHERS_PASS = 0001;
  private static final int MOST_BYTES = 1 << 18;

  /**
   * One change.
   *
   * @param verb such as {@code update}
   * @param address the resource
   * @param app the app that the resource belongs to; empty for the host
   * @param texts the text before and after; empty if the resource is no text file, is too large, or
   *     may not be read by every user
   */
  public record Changed(String verb, Address address, String app, Optional<Texts> texts) {}

  /** A file's text before and after. */
  public record Texts(String before, String after) {}

  public RunChanges {
    changes = List.copyOf(changes);
  }

  /**
   * Returns the changes of the newest runs.
   *
   * @param facts the facts of the host
   * @param history the manifests, newest first
   * @param most the highest number of runs
   */
  static List<RunChanges> of(Facts facts, List<Manifest> history, int most) throws HostException {
    List<RunChanges> all = new ArrayList<>();
    Map<Address, Optional<String>> after = new HashMap<>();
    for (Manifest run : history.subList(0, Math.min(most, history.size()))) {
      List<Changed> changes = new ArrayList<>();
      for (Undo undo : run.undos()) {
        Address address = undo.address();
        Optional<String> before = before(facts, undo);
        if (!after.containsKey(address)) {
          after.put(address, present(facts, address));
        }
        Optional<String> now = after.getOrDefault(address, Optional.empty());
        changes.add(
            new Changed(
                undo.verb(),
                address,
                undo.app(),
                before.flatMap(b -> now.map(a -> new Texts(b, a)))));
        after.put(address, before);
      }
      all.add(
          new RunChanges(
              run.run(), run.command(), run.revision(), run.results(), run.notes(), changes));
    }
    return all;
  }

  // The content that a run replaced is the content that the run before it had left.
  private static Optional<String> before(Facts facts, Undo undo) throws HostException {
    if (!undo.address().kind().equals(FileKind.NAME)) {
      return Optional.empty();
    }
    for (Step step : undo.steps()) {
      if (step instanceof Step.WriteFile write) {
        Content content = write.content();
        boolean open =
            (write.attributes().mode() & OTHERS_READ) != 0
                && othersReach(facts, undo.address().name());
        return open && !content.secret() && !content.isBinary() && content.size() < MOST_BYTES
            ? Optional.of(content.text())
            : Optional.empty();
      }
    }
    boolean isNew = undo.steps().stream().anyMatch(Step.Remove.class::isInstance);
    return isNew ? Optional.of("") : Optional.empty();
  }

  private static Optional<String> present(Facts facts, Address address) throws HostException {
    if (!address.kind().equals(FileKind.NAME)) {
      return Optional.empty();
    }
    Optional<Stat> stat = facts.stat(address.name());
    if (stat.isEmpty()) {
      return Optional.of("");
    }
    boolean open =
        stat.get().type() == Stat.Type.FILE
            && (stat.get().mode() & OTHERS_READ) != 0
            && stat.get().size() < MOST_BYTES
            && othersReach(facts, address.name());
    return open ? Optional.of(facts.readText(address.name(), MOST_BYTES)) : Optional.empty();
  }

  // Reports whether every user may enter all directories above a path, including the directories to
  // which links in it lead.
  private static boolean othersReach(Facts facts, String path) throws HostException {
    String folder = path.substring(0, Math.max(1, path.lastIndexOf('/')));
    Optional<String> real = facts.realPath(folder);
    Optional<Stat> stat = real.isEmpty() ? Optional.empty() : facts.stat(real.get());
    return stat.isPresent()
        && (stat.get().mode() & OTHERS_PASS) != 0
        && (folder.equals("/") || othersReach(facts, folder))
        && (real.get().equals(folder) || othersReach(facts, real.get()));
  }
}
