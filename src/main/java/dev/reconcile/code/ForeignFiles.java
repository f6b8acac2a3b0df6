// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.host.Facts;
import dev.reconcile.host.FolderLook;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that another user has put into a tree that a plan replaces. The new tree does not contain
 * them.
 */
public final class ForeignFiles {
  private static final int MOST_ENTRIES = 50_000;

  private ForeignFiles() {}

  /** Returns a warning for each such tree. */
  public static List<Diagnostic> warnings(Facts facts, Plan plan) throws HostException {
    List<Diagnostic> warnings = new ArrayList<>();
    for (PlannedChange planned : plan.changes()) {
      if (planned.change() instanceof Change.Update update
          && update.before() instanceof CheckoutKind.Spec before
          && facts.stat(before.home()).isPresent()) {
        List<FolderLook.Item> found = facts.folders().ofOthers(before.home(), MOST_ENTRIES);
        if (!found.isEmpty()) {
          warnings.add(warning(facts, update, before, found));
        }
      }
    }
    return warnings;
  }

  private static Diagnostic warning(
      Facts facts, Change.Update update, CheckoutKind.Spec before, List<FolderLook.Item> found)
      throws HostException {
    FolderLook.Item first = found.getFirst();
    String user = facts.attributes(first.stat(), FileAttributes.root(0)).user();
    String more = found.size() > 1 ? " and " + (found.size() - 1) + " more" : "";
    return Diagnostic.warning(
        update.after().origin(),
        "Checkout with files not owned by root",
        """
        %s writes into %s/%s%s. The new tree does not have that; it stays in %s \
        until that is removed. Name it under "data", so that it outlives a revision.\
        """
            .formatted(user, update.address().name(), first.path(), more, before.home()));
  }
}
