package dev.reconcile.adopt;

import dev.reconcile.adopt.AdoptionFinding.Sort;
import java.util.ArrayList;
import java.util.List;

/** Collects findings, each once, in the order in which they are made. */
public final class AdoptionFindings {
  private final List<AdoptionFinding> all = new ArrayList<>();

  /** All until now. */
  public List<AdoptionFinding> all() {
    return List.copyOf(all);
  }

  /** What was there. */
  void found(String app, String text, SourceLocation place) {
    add(Sort.FOUND, app, text, place);
  }

  /** What the tree says too. */
  void taken(String app, String text, SourceLocation place) {
    add(Sort.TAKEN, app, text, place);
  }

  /** What the tree says better. */
  void improvement(String app, String text, SourceLocation place) {
    add(Sort.IMPROVEMENT, app, text, place);
  }

  /** What stays as it is. */
  public void left(String app, String text, SourceLocation place) {
    add(Sort.LEFT, app, text, place);
  }

  /** What only a person can decide. */
  public void question(String app, String text, SourceLocation place) {
    add(Sort.QUESTION, app, text, place);
  }

  /** All of others. */
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
