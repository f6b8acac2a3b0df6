package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step.TreeRef;
import java.util.Optional;

/** Finds out at which revision an app's code is wanted. */
public interface Sources {
  /**
   * Code at a revision.
   *
   * <p>Invariant: the same {@link #revision()} always means the same content, unless nobody manages
   * it.
   */
  interface Resolved {
    /** Names the content. */
    String revision();

    /** What to export. */
    TreeRef tree();

    /**
     * Reads a file of it. Links are followed as long as they stay within it.
     *
     * @param path relative to its root, perhaps with {@code .} and {@code ..}
     * @return the file; empty if there is none
     * @throws Unusable if it lies outside, is no file, is too large or may not be read
     */
    Optional<SourceFile> file(String path) throws Unusable;

    /**
     * Names all that is in it, whoever manages it: another name means that something has changed.
     *
     * @throws Unusable if there is too much to look at
     * @throws HostException if it cannot be looked at
     */
    default String state() throws Unusable, HostException {
      return revision();
    }
  }

  /**
   * A file of the code.
   *
   * @param place its path with all links followed, relative to the root
   * @param content what it holds
   */
  record SourceFile(String place, Content content) {}

  /** A file that an app's source should not have, or should have otherwise. */
  final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final String summary;

    /**
     * Describes it.
     *
     * @param summary short, always the same for the same mistake
     * @param detail what is the matter and what to do
     */
    public Unusable(String summary, String detail) {
      super(detail);
      this.summary = summary;
    }

    /** What is the matter, in short. */
    public String summary() {
      return summary;
    }
  }

  /** The code that {@code app} should run; empty if that cannot be known now (already reported). */
  Optional<Resolved> resolve(App app);
}
