// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.util.ArrayList;
import java.util.List;

/** The options of a run. The configuration file and the no-op check read them here. */
public final class RunOptions {
  /** The branch, tag or commit of the repo. */
  public static final Option.Single REF =
      Option.value(
          "ref",
          "REF",
          Values.TEXT,
          "the branch, tag or commit of the repo (default: the repo's default branch)");

  /** The apps that a run changes. */
  public static final Option.Repeatable ONLY =
      Option.value("only", "APP", Values.APP, "process only this app; may be given several times")
          .repeatable();

  /** A plan in place of an apply. */
  public static final Option.Flag DRY_RUN =
      Option.flag("dry-run", "show the changes without making them").presentation();

  /** The run without deletions. */
  public static final Option.Flag NO_PRUNE =
      Option.flag("no-prune", "keep resources that have left the repo");

  /** The run with deletions, against the configuration file. */
  public static final Option.Flag PRUNE =
      Option.flag(
          "prune",
          """
          delete resources that have left the repo, even if the configuration has no-prune\
          """);

  /** The record of release steps as done. */
  public static final Option.Flag SKIP_RELEASE =
      Option.flag(
              "skip-release",
              "with --only, record the release steps of the app as done, and run none")
          .typedOnly();

  /** The greatest number of deletions. */
  public static final Option.Single MAX_PRUNE =
      Option.value("max-prune", "N", Values.WHOLE_NUMBER, "allow N deletions in this run");

  /** The permission to apply an older commit. */
  public static final Option.Flag ALLOW_REWIND =
      Option.flag(
          "allow-rewind", "accept a commit that is not a descendant of the last applied one");

  /** The permission to apply the newest commit without asking the engine of the fleet. */
  public static final Option.Flag OUT_OF_TURN =
      Option.flag(
              "out-of-turn",
              "in a fleet, apply the newest commit at once, and do not ask whose turn it is")
          .typedOnly();

  /** The check of the commit's signature. */
  public static final Option.Flag VERIFY_COMMIT =
      Option.flag(
          "verify-commit",
          """
          reject a commit without a valid signature by an allowed key \
          (/etc/reconcile/allowed_signers or allowed_keys.gpg)\
          """);

  /** The status page that a run refreshes. */
  public static final Option.Single STATUS_HTML =
      Option.value(
              "status-html",
              "FILE",
              Values.FILE,
              "write the page of \"reconcile status --html\" to FILE after each run")
          .presentation();

  /** The run to which {@code rollback} returns. */
  public static final Option.Single TO =
      Option.value(
          "to",
          "RUN",
          Values.TEXT,
          "return to the state after this run; reconcile history lists the runs");

  /** The permission to move data out of a directory that is taken over. */
  public static final Option.Flag MOVE_DATA =
      Option.flag(
              "move-data",
              """
              with --take-over, move what "data" names out of a directory that is taken over\
              """)
          .typedOnly();

  /** The options of {@code apply} and {@code plan}, without those of every command. */
  public static final List<Option> ALL = all();

  private RunOptions() {}

  private static List<Option> all() {
    List<Option> all = new ArrayList<>();
    all.add(CommonOptions.REPO);
    all.add(REF);
    all.add(CommonOptions.PATH);
    all.add(CommonOptions.HOST);
    all.add(CommonOptions.ROOT);
    all.add(ONLY);
    all.add(DRY_RUN);
    all.add(NO_PRUNE);
    all.add(PRUNE);
    all.add(MAX_PRUNE);
    all.add(SKIP_RELEASE);
    all.add(CommonOptions.TAKE_OVER);
    all.add(MOVE_DATA);
    all.add(ALLOW_REWIND);
    all.add(OUT_OF_TURN);
    all.add(VERIFY_COMMIT);
    all.addAll(reporting());
    all.add(STATUS_HTML);
    return List.copyOf(all);
  }

  /**
   * Returns the options for the lock, the reports and the network, which {@code rollback} shares.
   */
  public static List<Option> reporting() {
    List<Option> options = new ArrayList<>();
    options.add(CommonOptions.LOCK_TIMEOUT);
    options.add(CommonOptions.DETAILED_EXIT_CODE);
    options.add(CommonOptions.JSON);
    options.add(CommonOptions.METRICS);
    options.addAll(CommonOptions.HOOKS);
    options.add(CommonOptions.HTTP_PROXY);
    options.add(CommonOptions.HTTPS_PROXY);
    options.add(CommonOptions.NO_PROXY);
    options.add(CommonOptions.CA_BUNDLE);
    options.add(CommonOptions.CONFIG);
    return options;
  }
}
