// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import dev.reconcile.kind.SocketKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.BuildRecipe;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The way back from a change. */
final class InverseTest {
  private static final FileKind.Spec OLD =
      new FileKind.Spec(Content.of("old"), FileAttributes.root(0600));
  private static final FileKind.Spec NEW =
      new FileKind.Spec(Content.of("new"), FileAttributes.root(0644));

  private static Declared declared(String kind, String name, Record spec, Role role) {
    return new Declared(
        new Address(kind, name), spec, "shop", role, List.of(), Origin.of("apps/shop.yaml"));
  }

  private static Undo undo(Change change) {
    Kind<?> kind = Kinds.named(change.address().kind());
    return Inverse.of(new PlannedChange(change, kind.steps(change)), State.EMPTY);
  }

  @Test
  void whatWasMadeIsRemoved() {
    Undo undo = undo(new Change.Create(declared("file", "/f", NEW, Role.FILE)));
    assertThat(undo.steps()).containsExactly(new Step.Remove("/f"));
    assertThat(undo.phase()).isEqualTo(Phase.FILES);
    assertThat(undo.owned()).isEmpty();
  }

  @Test
  void whatWasChangedIsWrittenBack() {
    assertThat(undo(new Change.Update(OLD, declared("file", "/f", NEW, Role.FILE))).steps())
        .containsExactly(new Step.WriteFile("/f", OLD.content(), OLD.attributes()));
  }

  @Test
  void whatWasRemovedComesBackAndIsOursAgain() {
    OwnedResource owned =
        new OwnedResource(new Address("file", "/f"), "shop", Role.FILE, List.of());
    TreeMap<Address, OwnedResource> before = new TreeMap<>();
    before.put(owned.address(), owned);
    Change.Delete delete = new Change.Delete(OLD, owned);
    Undo undo =
        Inverse.of(
            new PlannedChange(delete, new FileKind().steps(delete)),
            new State("", "", before, new TreeMap<>()));
    assertThat(undo.steps())
        .containsExactly(new Step.WriteFile("/f", OLD.content(), OLD.attributes()));
    assertThat(undo.owned()).contains(owned);
    assertThat(undo.phase()).isEqualTo(Phase.REMOVE_FILES);
  }

  @Test
  void whatWasMovedAwayIsMovedBack() {
    Change change =
        new Change.TakeOver(
            new Live.Obstructed("a directory"), declared("file", "/f", NEW, Role.FILE));
    assertThat(undo(change).steps())
        .containsExactly(new Step.Remove("/f"), new Step.Restore("", "/f"));
  }

  @Test
  void aTreeIsSwitchedBackAndNoneIsRemoved() {
    CheckoutKind.Spec one = new CheckoutKind.Spec("x", "r1", "/store", tree("r1"), "");
    CheckoutKind.Spec two = new CheckoutKind.Spec("x", "r2", "/store", tree("r2"), "");
    Undo undo = undo(new Change.Update(one, declared("checkout", "/srv/shop", two, Role.CHECKOUT)));
    assertThat(undo.steps()).containsExactly(new Step.WriteLink("/srv/shop", "/store/r1"));
    assertThat(undo.phase()).isEqualTo(Phase.SWITCH);
  }

  @Test
  void aBuiltTreeIsSwitchedBackAndTheOtherServesItsOldFiles() {
    String store = "/var/lib/reconcile/checkouts/shop";
    CheckoutKind.Spec one = built("r1", store, "0123456789ab");
    CheckoutKind.Spec two = built("r2", store, "fedcba987654");
    Undo undo = undo(new Change.Update(one, declared("checkout", "/srv/shop", two, Role.CHECKOUT)));
    assertThat(undo.steps())
        .containsExactly(
            new Step.WriteLink("/srv/shop", store + "/r1.0123456789ab"),
            new Step.WriteLink("/var/lib/reconcile/earlier/shop", store + "/r2.fedcba987654"));
  }

  @Test
  void whereNothingIsBuiltAnyMoreNothingServesOldFiles() {
    String store = "/var/lib/reconcile/checkouts/shop";
    CheckoutKind.Spec one = built("r1", store, "0123456789ab");
    CheckoutKind.Spec two = new CheckoutKind.Spec("x", "r2", store, tree("r2"), "");
    Change change = new Change.Update(one, declared("checkout", "/srv/shop", two, Role.CHECKOUT));
    assertThat(new CheckoutKind().steps(change))
        .contains(new PhasedStep(Phase.SWITCH, new Step.Remove("/var/lib/reconcile/earlier/shop")));
  }

  private static CheckoutKind.Spec built(String revision, String store, String digest) {
    return new CheckoutKind.Spec(
        "x", revision, store, tree(revision), "", List.of(), BuildRecipe.remembered(digest));
  }

  private static Step.TreeRef tree(String revision) {
    return new Step.TreeRef("", revision, "");
  }

  @Test
  void whatDidNotRunIsStopped() {
    Change unit =
        new Change.Update(
            new UnitKind.Spec(false),
            declared("unit", "gunicorn@shop.service", new UnitKind.Spec(true), Role.INSTANCE));
    assertThat(undo(unit).steps())
        .containsExactly(new Step.Systemctl(Step.UnitVerb.STOP, "gunicorn@shop.service"));
    FileAttributes mode = new FileAttributes("www-data", "www-data", 0660);
    Change socket =
        new Change.Update(
            new SocketKind.Spec("127.0.0.1:20001", mode, "not listening"),
            declared(
                "socket",
                "gunicorn@shop.socket",
                new SocketKind.Spec("127.0.0.1:20001", mode, SocketKind.LISTENING),
                Role.SOCKET));
    assertThat(undo(socket).steps())
        .containsExactly(new Step.Systemctl(Step.UnitVerb.STOP, "gunicorn@shop.socket"));
  }
}
