package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Memory;
import dev.reconcile.model.Owned;
import dev.reconcile.plan.Due;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.Words;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Keeps what is remembered in step with what is done. Before the first change it writes down what
 * is about to be made and which handlers are due; at the end, what became of them.
 */
final class Ledger {
  private final Host host;
  private final Memory before;
  private final Plan plan;
  private final String repo;
  private final SortedMap<Address, Owned> owned;
  private final SortedMap<String, String> activations;
  private final List<Outcome> outcomes = new ArrayList<>();
  private final Set<String> failed = new HashSet<>();
  private Memory written;

  Ledger(Host host, Memory before, Plan plan, String repo) {
    this.host = host;
    this.before = before;
    this.written = before;
    this.plan = plan;
    this.repo = repo;
    this.owned = new TreeMap<>(before.owned());
    this.activations = new TreeMap<>(before.activations());
  }

  /** Writes down what is about to happen, unless nothing is. */
  void begin() throws HostException {
    plan.claims().forEach(claim -> owned.put(claim.address(), claim));
    for (Due due : plan.handlers()) {
      due.activations().keySet().forEach(activations::remove);
    }
    if (!plan.isEmpty()) {
      write(new Memory(before.repo(), before.revision(), owned, activations, before.numbers()));
    }
  }

  synchronized void done(Task task) {
    if (!task.isLast() || failed.contains(task.subject())) {
      return;
    }
    outcomes.add(new Outcome.Done(task.subject(), task.app()));
    task.due().ifPresent(due -> activations.putAll(due.activations()));
    if (task.change().isPresent() && task.change().get() instanceof Change.Delete delete) {
      owned.remove(delete.address());
    }
  }

  /** Whether every handler that the change notifies has not failed. */
  synchronized boolean hasFollowed(Change change) {
    return Words.notifies(change).stream().noneMatch(failed::contains);
  }

  synchronized void skipped(Task task, String because) {
    boolean done = outcomes.stream().anyMatch(one -> one.subject().equals(task.subject()));
    if (!done && failed.add(task.subject())) {
      outcomes.add(new Outcome.Skipped(task.subject(), task.app(), because));
    }
  }

  synchronized void failed(Task task, Diagnostic diagnostic) {
    if (failed.add(task.subject())) {
      outcomes.add(new Outcome.Failed(task.subject(), task.app(), diagnostic));
    }
  }

  /** These have been taken back: they are not done after all. */
  synchronized void undone(List<Change> changes, String because) {
    for (Change change : changes) {
      String subject = change.address().toString();
      outcomes.removeIf(outcome -> outcome.subject().equals(subject));
      outcomes.add(new Outcome.Skipped(subject, change.app(), because));
      failed.add(subject);
      if (change instanceof Change.Delete delete) {
        owned.put(delete.address(), delete.owned());
      } else if (!before.owns(change.address())) {
        owned.remove(change.address());
      }
    }
  }

  /** Writes down what became of it. */
  Applied end() throws HostException {
    plan.forgotten().forEach(owned::remove);
    boolean complete = outcomes.stream().allMatch(outcome -> outcome instanceof Outcome.Done);
    Memory after =
        new Memory(
            complete ? repo : before.repo(),
            complete ? plan.revision() : before.revision(),
            owned,
            activations,
            before.numbers());
    write(after);
    return new Applied(outcomes, after);
  }

  private void write(Memory memory) throws HostException {
    if (!memory.equals(written)) {
      Memories.save(host, memory);
      written = memory;
    }
  }
}
