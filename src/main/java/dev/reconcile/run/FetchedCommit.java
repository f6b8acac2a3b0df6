// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.CommonOptions;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.RunOptions;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.State;
import dev.reconcile.model.Suggestion;
import dev.reconcile.model.TextFormat;
import dev.reconcile.signing.SignaturePolicy;
import dev.reconcile.source.Commit;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tree;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The desired-state repo at the commit that the run uses.
 *
 * @param repository the cache
 * @param name the repo's address, passwords masked
 * @param commit the commit
 * @param tree the files of the commit
 * @param files the desired state in the commit
 * @param isStale whether the repo is unreachable, so that the commit is the last good one
 */
public record FetchedCommit(
    Repository repository,
    String name,
    Commit commit,
    Tree tree,
    CommitFileTree files,
    boolean isStale)
    implements AutoCloseable {
  private static final String CACHE = LocalHost.STATE + "/repo.git";

  /** Opens the cache of the repo, for {@link #fetch}. */
  public static Repository cache(RunContext run) throws CommandFailed, HostException {
    url(run.arguments());
    if (!run.dry()) {
      // Created here, because the cache would make its parent directories accessible to root only.
      run.host().makeDirectory(LocalHost.STATE, FileAttributes.root(0755));
    }
    return Repository.open(run.host().onDisk(CACHE), run.mode(), run.log());
  }

  /**
   * Fetches the commit; returns the last good commit if the repo is unreachable.
   *
   * @param repository the cache; closed with the result, or on failure
   * @throws CommandFailed if there is no usable commit, or the commit is rejected
   */
  static FetchedCommit fetch(RunContext run, State state, Repository repository)
      throws CommandFailed, HostException {
    Invocation arguments = run.arguments();
    Consumer<Diagnostic> say = run.log()::say;
    RepoUrl url = url(arguments);
    try {
      boolean stale = false;
      Commit commit;
      try {
        commit = repository.resolve(url, arguments.value(RunOptions.REF));
      } catch (SourceException e) {
        commit = lastGood(repository, url, state, e, run);
        stale = true;
      }
      if (arguments.has(RunOptions.VERIFY_COMMIT)) {
        new SignaturePolicy(run.host()).check(url.toString(), commit, repository.raw(commit));
      }
      refuseRewind(repository, commit, state, arguments);
      if (!stale && !arguments.has(CommonOptions.QUIET)) {
        notice(repository, url, say);
      }
      return of(arguments, repository, url.toString(), commit, stale);
    } catch (SourceException e) {
      repository.close();
      throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(e.diagnostic()));
    } catch (CommandFailed e) {
      repository.close();
      throw e;
    }
  }

  /**
   * Opens a commit that an earlier run has fetched; the repo is not contacted.
   *
   * @param state the state that names the repo
   * @param revision the commit's id
   * @throws CommandFailed if the commit is no longer in the cache
   */
  static FetchedCommit known(
      Invocation arguments, Host host, State state, Repository.Mode mode, String revision)
      throws CommandFailed, HostException {
    Repository repository = Repository.open(host.onDisk(CACHE), mode);
    try {
      Optional<Commit> commit = repository.known(revision);
      if (commit.isEmpty()) {
        throw new CommandFailed(
            ExitCode.UNAVAILABLE,
            "Missing earlier commit",
            revision + " is no longer in the cache of the repo, so its desired state is unknown.");
      }
      return of(arguments, repository, state.repo(), commit.get(), false);
    } catch (SourceException e) {
      repository.close();
      throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(e.diagnostic()));
    } catch (CommandFailed e) {
      repository.close();
      throw e;
    }
  }

  /** Opens a commit of an open repository, which stays open. */
  static FetchedCommit of(
      Invocation arguments, Repository repository, String name, Commit commit, boolean isStale)
      throws CommandFailed {
    try {
      Tree tree = repository.tree(commit);
      CommitFileTree files = new CommitFileTree(tree, base(tree, arguments));
      return new FetchedCommit(repository, name, commit, tree, files, isStale);
    } catch (SourceException e) {
      throw new CommandFailed(ExitCode.UNAVAILABLE, List.of(e.diagnostic()));
    }
  }

  /** Returns the address of the repo. */
  static RepoUrl url(Invocation arguments) throws CommandFailed {
    Optional<String> text = arguments.value(CommonOptions.REPO);
    if (text.isEmpty()) {
      throw Invocation.usage(
              "No repo",
              """
              reconcile needs a desired-state repo. Pass --repo git@host:path, or write \
              repo: to /etc/reconcile/config.yaml.\
              """)
          .suggesting("reconcile --help");
    }
    try {
      return RepoUrl.parse(text.get());
    } catch (SourceException e) {
      throw new CommandFailed(ExitCode.USAGE, List.of(e.diagnostic()));
    }
  }

  /** Returns an address without its password; empty if it is not a valid address. */
  public static String masked(String text) {
    try {
      return RepoUrl.parse(text).toString();
    } catch (SourceException e) {
      return "";
    }
  }

  static void notice(Repository repository, RepoUrl url, Consumer<Diagnostic> say)
      throws SourceException {
    if (url instanceof RepoUrl.Directory directory && repository.hasUncommittedChanges(directory)) {
      say.accept(
          Diagnostic.notice(
              "Uncommitted changes",
              url + " has uncommitted changes. reconcile applies only commits."));
    }
  }

  /**
   * Returns the last good commit in place of one that cannot be fetched, and says so.
   *
   * @throws CommandFailed if there is none
   */
  static Commit lastGood(
      Repository repository, RepoUrl url, State state, SourceException failure, RunContext run)
      throws CommandFailed, SourceException {
    Optional<Commit> known =
        state.revision().isEmpty() || !state.repo().equals(url.toString())
            ? Optional.empty()
            : repository.known(state.revision());
    boolean isWrongRef =
        failure.reason() == SourceException.Reason.NOT_FOUND
            && run.arguments().value(RunOptions.REF).isPresent();
    if (known.isEmpty()) {
      throw new CommandFailed(
          isWrongRef ? ExitCode.USAGE : ExitCode.UNAVAILABLE, List.of(failure.diagnostic()));
    }
    String goesOn =
        "The run uses the last good commit, %s, and repairs drift."
            .formatted(known.get().id().substring(0, 12));
    run.log()
        .say(
            failure.reason() == SourceException.Reason.NOT_FOUND
                ? Diagnostic.error(failure.message(), failure.detail() + "\n" + goesOn)
                : Diagnostic.warning(
                    "Using the last fetched commit",
                    failure.message() + ". " + failure.detail() + "\n" + goesOn));
    return known.get();
  }

  private static void refuseRewind(
      Repository repository, Commit commit, State state, Invocation arguments)
      throws CommandFailed, SourceException {
    String last = state.revision();
    if (last.isEmpty()
        || arguments.has(RunOptions.ALLOW_REWIND)
        || repository.descends(commit.id(), last)) {
      return;
    }
    throw new CommandFailed(
        ExitCode.FAILED,
        "Rewritten history",
        """
        The commit %s is not a descendant of %s, the last applied commit. The branch was \
        rewound or force-pushed, or the repo was replaced. If this is intended, pass \
        --allow-rewind.\
        """
            .formatted(commit.id().substring(0, 12), last.substring(0, 12)));
  }

  private static String base(Tree tree, Invocation arguments)
      throws CommandFailed, SourceException {
    Optional<String> path = arguments.value(CommonOptions.PATH);
    if (path.isPresent()) {
      String folder = path.get().replaceFirst("/+$", "").replaceFirst("^\\./", "");
      if (folder.isEmpty() || folder.equals(".")) {
        return "";
      }
      if (!TextFormat.RELATIVE_PATH.accepts(folder) || !tree.exists(folder)) {
        throw Invocation.usage(
            "No such folder in the repo",
            "--path %s is not a folder of the repo.%s"
                .formatted(path.get(), Suggestion.ofFolder(folder, tree::folders)));
      }
      return folder;
    }
    boolean atRoot = tree.file("reconcile.yaml").isPresent();
    return !atRoot && tree.file("desired-state/reconcile.yaml").isPresent() ? "desired-state" : "";
  }

  @Override
  public void close() {
    repository.close();
  }
}
