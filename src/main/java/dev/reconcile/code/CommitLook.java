// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.model.TreeName;
import dev.reconcile.source.LfsAccess;
import dev.reconcile.source.LfsFile;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.SourceException.Reason;
import dev.reconcile.source.Tree;
import dev.reconcile.source.TreeContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The inspection of an app's commit before the plan, so that a plan refuses what an apply would
 * refuse. It skips a commit whose tree is on the host, which was inspected before.
 */
final class CommitLook {
  private static final String GIT_LFS = "git-lfs";
  private static final List<String> PROGRAMS = List.of("/usr/local/bin", "/usr/bin", "/bin");

  private final Host host;
  private final DesiredStateBuilder builder;
  private final Set<String> only;

  /**
   * @param host the host that keeps the trees
   * @param builder receives faults
   * @param only the apps of the run; empty for all
   */
  CommitLook(Host host, DesiredStateBuilder builder, Set<String> only) {
    this.host = host;
    this.builder = builder;
    this.only = Set.copyOf(only);
  }

  /**
   * Returns whether the commit can be deployed; if not, it adds a fault of the app.
   *
   * @param app the app
   * @param revision the name of the tree on the host
   * @param ref the tree that would be written
   * @param files the commit's files
   * @param where the address of its repository
   * @param commit the commit and its repository, in words
   * @throws SourceException if the cache of the repository is damaged
   */
  boolean passes(App app, String revision, TreeRef ref, Tree files, String where, String commit)
      throws SourceException, HostException {
    boolean concerned = only.isEmpty() || only.contains(app.name());
    if (!concerned || isThere(app, revision)) {
      return true;
    }
    try {
      TreeContents contents = files.survey(ref.folder());
      requireRoom(contents);
      requireLargeFiles(app, ref, contents.large(), where, commit);
      return true;
    } catch (SourceException e) {
      if (e.reason() != Reason.UNSAFE_TREE && e.reason() != Reason.TOO_LARGE) {
        throw e;
      }
      builder.fault(
          app.name(),
          app.source().origin(),
          e.message(),
          "In " + commit + ":\n" + e.detail() + "\n" + app.name() + " stays as it is.");
      return false;
    }
  }

  // The plan decides which build of the revision the app needs.
  private boolean isThere(App app, String revision) throws HostException {
    String store = app.layout().checkouts();
    return app.build().isEmpty()
        ? host.facts().stat(store + "/" + revision).isPresent()
        : host.facts().list(store).stream()
            .anyMatch(tree -> TreeName.ofPath(tree).revision().equals(revision));
  }

  // Nothing is fetched here. The notice tells what an apply would fetch; a missing git-lfs is an
  // error.
  private void requireLargeFiles(
      App app, TreeRef ref, List<LfsFile> large, String where, String commit)
      throws SourceException, HostException {
    if (large.isEmpty()) {
      return;
    }
    LfsStore store = new LfsStore(host, app.name(), ref.folder());
    Map<String, LfsFile> wanted = new TreeMap<>();
    large.stream()
        .filter(file -> file.size() > 0 && !store.seemsToHave(file))
        .forEach(file -> wanted.putIfAbsent(file.oid(), file));
    if (wanted.isEmpty()) {
      return;
    }
    long bytes = wanted.values().stream().mapToLong(LfsFile::size).sum();
    String count = wanted.size() == 1 ? "1 object" : wanted.size() + " objects";
    String what = count + " (" + Sizes.text(bytes) + ")";
    if (!hasGitLfs()) {
      throw new SourceException(
          Reason.UNSAFE_TREE,
          "git-lfs not installed",
          """
          Git LFS keeps %s of its files, such as %s, and git-lfs, which fetches \
          them, is not on this host. Add it to reconcile.yaml: packages: [git-lfs]\
          """
              .formatted(what, wanted.values().iterator().next().path()));
    }
    builder
        .diagnostics()
        .add(
            Diagnostic.notice(
                "Git LFS download",
                "%s: git-lfs fetches %s for %s. It asks %s alone."
                    .formatted(app.name(), what, commit, LfsAccess.name(RepoUrl.parse(where)))));
  }

  private boolean hasGitLfs() throws HostException {
    if (!host.facts().live()) {
      return PROGRAMS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, GIT_LFS)));
    }
    return host.facts().program(GIT_LFS).isPresent() || builder.has(PackageKind.address(GIT_LFS));
  }

  // A full disk harms all apps and the programs that serve them.
  private void requireRoom(TreeContents contents) throws SourceException, HostException {
    Path place = host.onDisk(Layout.CHECKOUTS);
    while (!Files.exists(place) && place.getParent() != null) {
      place = place.getParent();
    }
    long room;
    try {
      room = Files.getFileStore(place).getUsableSpace();
    } catch (IOException e) {
      throw new HostException("Cannot look at the file system of " + place, e);
    }
    if (contents.bytes() > room) {
      throw new SourceException(
          Reason.TOO_LARGE,
          "Source too large for the disk",
          "Its %s files take %s, and %s are free where %s is."
              .formatted(
                  contents.files(),
                  Sizes.text(contents.bytes()),
                  Sizes.text(room),
                  Layout.CHECKOUTS));
    }
  }
}
