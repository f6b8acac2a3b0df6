// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.List;

/**
 * The policy for accepting a tree that an untrusted program has made.
 *
 * @param user the system user that the program ran as; entries of other owners are refused
 * @param homes the paths below which absolute links may lead: of the tree, as the program saw it,
 *     and of trees of root that it belongs to
 * @param programs the absolute paths outside of the tree to which links may lead
 * @param mostBytes the maximum total size of all files, in bytes
 * @param mostFiles the maximum number of files, directories and links
 */
public record SealPolicy(
    String user, List<String> homes, List<String> programs, long mostBytes, int mostFiles) {
  public SealPolicy {
    homes = List.copyOf(homes);
    programs = List.copyOf(programs);
  }
}
