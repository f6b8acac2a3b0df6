// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.Facts;
import dev.reconcile.host.FolderLook;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;

/** The checks of the code that apps run from. */
final class CheckoutChecks {
  private static final int MOST_ENTRIES = 50_000;

  private CheckoutChecks() {}

  // The app no longer sees data in its checkout after the next commit, which is deployed as another
  // tree.
  static List<Diagnostic> foreignFiles(DoctorContext context) throws HostException {
    List<Diagnostic> findings = new ArrayList<>();
    for (Address address : context.records().state().owned().keySet()) {
      if (address.kind().equals(CheckoutKind.NAME)) {
        String path = address.name();
        String tree = context.facts().realPath(path).orElse("");
        if (tree.startsWith(Layout.CHECKOUTS + "/")) {
          List<FolderLook.Item> found = context.facts().folders().ofOthers(tree, MOST_ENTRIES);
          if (!found.isEmpty()) {
            findings.add(finding(context.facts(), path, found));
          }
        }
      }
    }
    return findings;
  }

  private static Diagnostic finding(Facts facts, String path, List<FolderLook.Item> found)
      throws HostException {
    FolderLook.Item first = found.getFirst();
    String user = facts.attributes(first.stat(), FileAttributes.root(0)).user();
    return Diagnostic.finding(
        "Checkout with files not owned by root",
        """
        User %s writes to %s/%s%s. The next deployment does not keep these files. Name \
        them under "data" in the file of the app.\
        """
            .formatted(
                user,
                path,
                first.path(),
                found.size() > 1 ? " and " + (found.size() - 1) + " more" : ""),
        "find -H " + path + " ! -user root -ls");
  }
}
