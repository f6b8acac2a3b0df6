package dev.reconcile.adopt;

import dev.reconcile.adopt.Finding.Sort;
import java.util.ArrayList;
import java.util.List;

/** Collects findings, each once, in the order in which they are made. */
public final class Findings {
  private final List<Finding> all = new ArrayList<>();

  /** All until now. */
  public List<Finding> all() {
    return List.copyOf(all);
  }

  /** What was there. */
  void found(String app, String text, Place place) {
    add(Sort.FOUND, app, text, place);
  }

  /** What the tree says too. */
  void taken(String app, String text, Place place) {
    add(Sort.TAKEN, app, text, place);
  }

  /** What the tree says better. */
  void improvement(String app, String text, Place place) {
    add(Sort.IMPROVEMENT, app, text, place);
  }

  /** What stays as it is. */
  public void left(String app, String text, Place place) {
    add(Sort.LEFT, app, text, place);
  }

  /** What only a person can decide. */
  public void question(String app, String text, Place place) {
    add(Sort.QUESTION, app, text, place);
  }

  /** All of others. */
  void addAll(Findings others) {
    others.all.forEach(f -> add(f.sort(), f.app(), f.text(), f.place()));
  }

  private void add(Sort sort, String app, String text, Place place) {
    Finding finding = new Finding(sort, app, text, place);
    if (!all.contains(finding)) {
      all.add(finding);
    }
  }
}
