// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.AdoptionFinding.Sort;
import java.util.ArrayList;
import java.util.List;

/** A collection of findings without duplicates, in the order in which they were added. */
public final class AdoptionFindings {
  private final List<AdoptionFinding> all = new ArrayList<>();

  /** Returns all findings that were added so far. */
  public List<AdoptionFinding> all() {
    return List.copyOf(all);
  }

  /** Adds a fact about the host. */
  void found(String app, String text, SourceLocation place) {
    add(Sort.FOUND, app, text, place);
  }

  /** Adds a setting that the tree keeps. */
  void taken(String app, String text, SourceLocation place) {
    add(Sort.TAKEN, app, text, place);
  }

  /** Adds an improvement that the tree makes. */
  void improvement(String app, String text, SourceLocation place) {
    add(Sort.IMPROVEMENT, app, text, place);
  }

  /** Adds a thing that stays unmanaged. */
  public void left(String app, String text, SourceLocation place) {
    add(Sort.LEFT, app, text, place);
  }

  /** Adds a decision that only the administrator can make. */
  public void question(String app, String text, SourceLocation place) {
    add(Sort.QUESTION, app, text, place);
  }

  /** Adds all findings of another collection. */
  void addAll(AdoptionFindings others) {
    others.all.forEach(f -> add(f.sort(), f.app(), f.text(), f.place()));
  }

  private void add(Sort sort, String app, String text, SourceLocation place) {
    AdoptionFinding finding = new AdoptionFinding(sort, app, text, place);
    if (!all.contains(finding)) {
      all.add(finding);
    }
  }
}
