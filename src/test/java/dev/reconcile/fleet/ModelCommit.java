// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A commit of the model.
 *
 * @param badOn the hosts on which it fails
 * @param leavesUnwell whether something does not answer there after it was taken back
 * @param badInSoak whether a canary that has it does not stay well
 * @param hasStep whether it has a release step
 * @param emptyOn the hosts for which it changes nothing
 * @param numbers the numbers of its section
 */
record ModelCommit(
    Set<String> badOn,
    boolean leavesUnwell,
    boolean badInSoak,
    boolean hasStep,
    Set<String> emptyOn,
    FleetNumbers numbers) {
  private static final List<String> IDS =
      IntStream.range(0, 1000).mapToObj("%040x"::formatted).toList();

  /** Returns the id of the commit with this position. */
  static String id(int position) {
    return IDS.get(position);
  }

  /** Returns the position of a commit. */
  static int position(String id) {
    return Integer.parseInt(id.substring(32), 16);
  }

  /** The ancestry of a repository without branches. */
  static Relation relation(String repository, String from, String to) {
    return switch (Integer.signum(Integer.compare(position(to), position(from)))) {
      case 1 -> Relation.AFTER;
      case 0 -> Relation.SAME;
      default -> Relation.BEFORE;
    };
  }
}
