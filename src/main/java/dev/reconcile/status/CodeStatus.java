// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import dev.reconcile.app.App;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.RunStart;
import dev.reconcile.model.TreeName;
import dev.reconcile.state.Manifest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The status of the code that apps run from. */
final class CodeStatus {
  private static final String STORE = Layout.CHECKOUTS + "/";

  private final Facts facts;
  private final List<Manifest> history;

  /**
   * Creates the status of the code on a host.
   *
   * @param facts the facts of the host
   * @param history the manifests that are kept, newest first
   */
  CodeStatus(Facts facts, List<Manifest> history) {
    this.facts = facts;
    this.history = List.copyOf(history);
  }

  /** Returns the source of an app's code, the live revision, and the time of its deployment. */
  AppStatus.Source source(App app) throws HostException {
    String from =
        switch (app.source()) {
          case App.Source.Git git ->
              Diagnostic.masked(
                  String.join(" ", git.url(), git.ref(), git.folder())
                      .strip()
                      .replaceAll(" +", " "));
          case App.Source.Folder folder -> folder.folder();
          case App.Source.Existing existing -> existing.path();
        };
    Optional<String> target = target(app);
    if (target.isEmpty()) {
      return new AppStatus.Source(from, "", Optional.empty());
    }
    boolean isOurs = target.get().startsWith(STORE);
    String revision = isOurs ? TreeName.ofPath(target.get()).revision() : "";
    return new AppStatus.Source(from, revision, since(app));
  }

  // A directory that reconcile does not manage has no revision, and another user may own a link on
  // the way to it.
  private Optional<String> target(App app) throws HostException {
    if (app.source() instanceof App.Source.Existing) {
      return Optional.empty();
    }
    Optional<Stat> stat = facts.stat(app.directory());
    return stat.isPresent() && stat.get().type() == Stat.Type.LINK
        ? Optional.of(facts.readLink(app.directory()))
        : Optional.empty();
  }

  private Optional<Instant> since(App app) {
    return history.stream()
        .filter(run -> run.changed(app.name()))
        .filter(run ->
            run.undos().stream()
                .anyMatch(undo ->
                    undo.address().kind().equals(CheckoutKind.NAME)
                        && undo.address().name().equals(app.directory())))
        .findFirst()
        .flatMap(run -> RunStart.of(run.run()))
        .flatMap(RunStart::at);
  }

  /** Returns the files of the live code that were edited by hand since the deployment. */
  List<String> edited(App app) throws HostException {
    Optional<String> target = facts.live() ? target(app) : Optional.empty();
    return target.isPresent() && target.get().startsWith(STORE)
        ? facts.changedSince(app.directory(), target.get())
        : List.of();
  }
}
