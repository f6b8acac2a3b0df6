package dev.reconcile.host;

import java.util.List;

/**
 * What may be kept of a tree that a stranger's program has made.
 *
 * @param user the system user that the program ran as; what belongs to anybody else is refused
 * @param home where the program saw the tree; absolute links may lead below it
 * @param programs absolute paths outside of the tree that links may name
 * @param mostBytes the most bytes that all files together may have
 * @param mostFiles the most files, folders and links
 */
public record SealPolicy(
    String user, String home, List<String> programs, long mostBytes, int mostFiles) {
  public SealPolicy {
    programs = List.copyOf(programs);
  }
}
