// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import dev.reconcile.kind.Kinds;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Live;

/**
 * The difference that a change makes, as text. Secrets are masked on both sides before the
 * comparison, so that no difference shows them.
 */
final class ChangeText {
  private static final String MASK = "(secret, not shown)\n";

  private ChangeText() {}

  /** Returns the unified diff of a change; a secret is replaced by a note. */
  static String diff(Change change) {
    return Diagnostic.masked(whole(change));
  }

  private static String whole(Change change) {
    String kind = change.address().kind();
    return switch (change) {
      case Change.Create c -> UnifiedDiff.of("", show(kind, c.after().spec()));
      case Change.Update u -> difference(kind, u.before(), u.after().spec());
      case Change.TakeOver t ->
          t.before() instanceof Live.Present present
              ? difference(kind, present.spec(), t.after().spec())
              : UnifiedDiff.of(
                  (t.before() instanceof Live.Obstructed o ? o.what() : "something") + "\n",
                  show(kind, t.after().spec()));
      case Change.Delete d -> UnifiedDiff.of(show(kind, d.before()), "");
    };
  }

  private static String difference(String kind, Record before, Record after) {
    if (Kinds.isSecret(kind, before) || Kinds.isSecret(kind, after)) {
      return "  (secret, not shown)\n";
    }
    String diff = UnifiedDiff.of(Kinds.render(kind, before), Kinds.render(kind, after));
    String attributes = Kinds.details(kind, before);
    String wanted = Kinds.details(kind, after);
    return attributes.equals(wanted)
        ? diff
        : UnifiedDiff.of(attributes + "\n", wanted + "\n") + diff;
  }

  private static String show(String kind, Record spec) {
    return Kinds.isSecret(kind, spec) ? MASK : Kinds.render(kind, spec);
  }
}
