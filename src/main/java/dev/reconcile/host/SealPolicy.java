// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.List;

/**
 * The policy for accepting a tree that an untrusted program has made.
 *
 * @param user the system user that the program ran as; entries of other owners are refused
 * @param home the path at which the program saw the tree; absolute links may lead below it
 * @param programs the absolute paths outside of the tree to which links may lead
 * @param mostBytes the maximum total size of all files, in bytes
 * @param mostFiles the maximum number of files, directories and links
 */
public record SealPolicy(
    String user, String home, List<String> programs, long mostBytes, int mostFiles) {
  public SealPolicy {
    programs = List.copyOf(programs);
  }
}
