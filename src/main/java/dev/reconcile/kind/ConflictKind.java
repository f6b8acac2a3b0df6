package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A foreign file that says what only the desired state may say: a site with an app's server name, a
 * log format of the same name. It is declared only where it was found, its name is its path, and
 * right means that it is gone. So it is refused like any foreign thing in the way, and with
 * --take-over it is moved into the backup.
 */
public final class ConflictKind implements Kind<ConflictKind.Spec> {
  /** The name that addresses use. */
  public static final String NAME = "conflict";

  /**
   * Such a file.
   *
   * @param what what it says, in a person's words
   * @param apps the apps that are to say it instead; empty if it is the host's own
   */
  public record Spec(String what, SortedSet<String> apps) {
    public Spec {
      apps = Collections.unmodifiableSortedSet(new TreeSet<>(apps));
    }
  }

  /** The address of a foreign file that must not stay. */
  public static Address address(String path) {
    return new Address(NAME, path);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean isTried() {
    return true;
  }

  @Override
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Live observe(Facts facts, String path, Optional<Spec> desired) throws HostException {
    return facts.stat(path).isEmpty() || desired.isEmpty()
        ? Live.ABSENT
        : new Live.Obstructed(desired.get().what());
  }

  @Override
  public String render(Spec spec) {
    return "";
  }

  @Override
  public boolean isPruned() {
    return false;
  }

  @Override
  public boolean isLasting() {
    return false;
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    return change instanceof Change.TakeOver t
        ? List.of(making(t.after().role(), new Step.BackUp(t.address().name())))
        : List.of();
  }
}
