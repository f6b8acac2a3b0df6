// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.util.ArrayList;
import java.util.List;

/** The options of a run. The configuration file and the no-op check read them here. */
public final class RunOptions {
  /** The options of {@code apply} and {@code plan}, without those of every command. */
  public static final List<Option> ALL = all();

  private RunOptions() {}

  private static List<Option> all() {
    List<Option> all = new ArrayList<>();
    all.add(CommonOptions.REPO);
    all.add(
        Option.value(
            "ref",
            "REF",
            Values.TEXT,
            "the branch, tag or commit of the repo (default: the repo's default branch)"));
    all.add(CommonOptions.PATH);
    all.add(CommonOptions.HOST);
    all.add(CommonOptions.ROOT);
    all.add(
        Option.value("only", "APP", Values.APP, "process only this app; may be given several times")
            .repeatable());
    all.add(CommonOptions.DRY_RUN);
    all.add(Option.flag("no-prune", "keep resources that have left the repo"));
    all.add(
        Option.flag(
            "prune",
            """
            delete resources that have left the repo, even if the configuration has no-prune\
            """));
    all.add(Option.value("max-prune", "N", Values.WHOLE_NUMBER, "allow N deletions in this run"));
    all.add(CommonOptions.TAKE_OVER);
    all.add(
        Option.flag(
            "allow-rewind", "accept a commit that is not a descendant of the last applied one"));
    all.add(
        Option.flag(
            "verify-commit",
            """
            reject a commit without a valid signature by an allowed key \
            (/etc/reconcile/allowed_signers or allowed_keys.gpg)\
            """));
    all.addAll(reporting());
    all.add(
        Option.value(
                "status-html",
                "FILE",
                Values.FILE,
                "write the page of \"reconcile status --html\" to FILE after each run")
            .presentation());
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
    options.addAll(CommonOptions.PROXIES);
    options.add(CommonOptions.CA_BUNDLE);
    options.add(CommonOptions.CONFIG);
    return options;
  }
}
