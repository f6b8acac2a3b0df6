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
            "branch, tag or commit; the repo's default branch if not given"));
    all.add(CommonOptions.PATH);
    all.add(CommonOptions.HOST);
    all.add(CommonOptions.ROOT);
    all.add(
        Option.value(
                "only", "APP", Values.APP, "deal with this app alone; may be given several times")
            .repeatable());
    all.add(Option.flag("dry-run", "the same as the command plan").presentation());
    all.add(Option.flag("no-prune", "leave what is no longer in the repo"));
    all.add(
        Option.flag(
            "prune", "remove what is no longer in the repo, whatever the configuration says"));
    all.add(
        Option.value("max-prune", "N", Values.WHOLE_NUMBER, "allow so many deletions in this run"));
    all.add(CommonOptions.TAKE_OVER);
    all.add(
        Option.flag(
            "allow-rewind", "accept a commit that does not come after the last applied one"));
    all.add(
        Option.flag(
            "verify-commit",
            "refuse a commit without a good signature by an allowed key"
                + " (/etc/reconcile/allowed_signers or allowed_keys.gpg)"));
    all.addAll(reporting());
    all.add(
        Option.value(
                "status-html",
                "FILE",
                Values.FILE,
                "keep the page of \"reconcile status --html\" up to date")
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
