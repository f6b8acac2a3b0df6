package dev.reconcile.app;

import dev.reconcile.model.Step.TreeRef;
import java.util.Optional;

/** Finds out at which revision an app's code is wanted. */
public interface Sources {
  /**
   * Code at a revision.
   *
   * <p>Invariant: the same {@link #revision()} always means the same content.
   */
  interface Resolved {
    /** Names the content. */
    String revision();

    /** What to export. */
    TreeRef tree();

    /** The text of a file of it; empty if it is not there. */
    Optional<String> text(String path);
  }

  /** The code that {@code app} should run; empty if that cannot be known now (already reported). */
  Optional<Resolved> resolve(App app);
}
