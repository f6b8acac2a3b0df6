// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step.TreeRef;
import java.util.Optional;

/** A resolver for the revision of an app's code that the desired state asks for. */
public interface Sources {
  /**
   * Code at a revision.
   *
   * <p>Invariant: the same {@link #revision()} always means the same content, unless reconcile does
   * not manage the code.
   */
  interface Resolved {
    /** Returns a name of the content. */
    String revision();

    /**
     * Returns a name of the content alone: two commits with the same files have the same. It is the
     * revision if reconcile knows no other name.
     */
    default String contentName() throws HostException {
      return revision();
    }

    /** Returns the tree to export. */
    TreeRef tree();

    /**
     * Reads a file of the code. It follows links as long as they stay within the code.
     *
     * @param path relative to its root, perhaps with {@code .} and {@code ..}
     * @return the file; empty if there is none
     * @throws Unusable if it lies outside, is no file, is too large or may not be read
     */
    Optional<SourceFile> file(String path) throws Unusable;

    /**
     * Returns what the code has at a place that data of the app takes: the first file that is no
     * placeholder such as {@code .gitkeep}, or a file or link in the place of a folder.
     *
     * @param place a relative path
     * @return its path; empty if there is nothing, or if the code is not a commit
     * @throws Unusable if the code cannot be read
     */
    default Optional<String> contentAt(String place) throws Unusable {
      return Optional.empty();
    }

    /**
     * Returns a name of the whole content, managed or not: another name means that something has
     * changed.
     *
     * @throws Unusable if there is too much to read
     * @throws HostException if it cannot be read
     */
    default String state() throws Unusable, HostException {
      return revision();
    }
  }

  /**
   * A file of the code.
   *
   * @param place its path with all links followed, relative to the root
   * @param content its content
   */
  record SourceFile(String place, Content content) {}

  /** A file that an app's source must not have, or not in this form. */
  final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;
    private final String summary;

    /**
     * Describes the mistake.
     *
     * @param summary a short summary, always the same for the same mistake
     * @param detail what is wrong and what to do
     */
    public Unusable(String summary, String detail) {
      super(detail);
      this.summary = summary;
    }

    /** Returns the short summary of the mistake. */
    public String summary() {
      return summary;
    }
  }

  /**
   * Returns the code that {@code app} should run; empty if it cannot be known now (already
   * reported).
   */
  Optional<Resolved> resolve(App app);
}
