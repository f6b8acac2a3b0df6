// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.TreeRef;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder of data that an app writes. Its name is its path.
 *
 * <p>Invariant: reconcile makes the folder, and sets owner and mode of the folder alone. It never
 * reads, replaces, backs up or removes the content; it removes only an empty folder that it made.
 * An existing folder elsewhere, or to which a link of root's leads, keeps its owner and mode.
 */
public final class DataKind implements Kind<DataKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "data";

  private static final String KEPT = "data of the app";
  private static final TreeRef NO_TREE = new TreeRef("", "", "");

  /**
   * A data folder, desired or live.
   *
   * @param attributes owner, group and mode of the folder
   * @param seed the tree, or the file of a tree, that a new folder gets; its commit is empty for
   *     none; a live spec copies the desired one
   * @param file the name of the data file; empty if the folder itself is the data
   * @param former where the data is in a directory that was set up by hand
   */
  public record Spec(FileAttributes attributes, TreeRef seed, String file, Former former) {
    private boolean isToMove() {
      return attributes.mode() == 0;
    }
  }

  /**
   * The place of data in a directory that an app ran from before.
   *
   * @param directory the directory; empty for data that is in no such directory
   * @param place the path in the directory
   */
  public record Former(String directory, String place) {
    private static final int MOST_ENTRIES = 10_000;

    /** No place. */
    public static final Former NONE = new Former("", "");

    /** Returns the absolute path. */
    public String path() {
      return directory + "/" + place;
    }

    /**
     * Reports whether data is there. A tree of reconcile's has data if another user than root owns
     * it, or a file in it. Links and empty folders are no data.
     */
    public boolean hasData(Facts facts, boolean isFile) throws HostException {
      if (directory.isEmpty()) {
        return false;
      }
      Optional<Stat> above = facts.stat(directory);
      if (above.isEmpty()) {
        return false;
      }
      boolean isOurs =
          above.get().type() == Stat.Type.LINK
              && facts.readLink(directory).startsWith(Layout.CHECKOUTS + "/");
      Optional<Stat> stat = facts.stat(path());
      Stat.Type type = isFile ? Stat.Type.FILE : Stat.Type.DIRECTORY;
      return stat.stream().anyMatch(found -> found.type() == type)
          && hasContent(facts, path(), type)
          && (!isOurs || isWritten(facts, stat.get()));
    }

    private boolean isWritten(Facts facts, Stat stat) throws HostException {
      return !facts.folders().isOurs(stat.uid())
          || (stat.type() == Stat.Type.DIRECTORY
              && !facts.folders().ofOthers(path(), MOST_ENTRIES).isEmpty());
    }
  }

  /** Reports whether there is more at a path than what makes git keep an empty folder. */
  public static boolean hasContent(Facts facts, String path, Stat.Type type) throws HostException {
    return type != Stat.Type.DIRECTORY || !PLACEHOLDERS.containsAll(facts.list(path));
  }

  /** Files that make git keep an empty folder. */
  public static final Set<String> PLACEHOLDERS = Set.of(".gitignore", ".gitkeep", ".keep");

  /** Returns the address of the data at {@code path}. */
  public static Address address(String path) {
    return new Address(NAME, path);
  }

  /** Returns the notice that data stays although no app uses it. */
  public static Diagnostic kept(OwnedResource owned) {
    String path = owned.address().name();
    return Diagnostic.notice(
            "Data kept",
            "%s stays, with what %s has written there. No app uses it now."
                .formatted(path, owned.app()))
        .withCommand("ls -la " + Diagnostic.word(path));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Class<Spec> specType() {
    return Spec.class;
  }

  @Override
  public Live observe(Facts facts, String path, Optional<Spec> desired) throws HostException {
    Optional<Stat> stat = facts.stat(path);
    boolean isOurPlace = path.startsWith(Layout.DATA + "/");
    boolean isDirectory = stat.stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
    if (desired.isEmpty()) {
      return stat.isEmpty()
          ? Live.ABSENT
          : isOurPlace && isDirectory && facts.list(path).isEmpty()
              ? new Live.Present(new Spec(FileAttributes.root(0), NO_TREE, "", Former.NONE), true)
              : new Live.Obstructed(KEPT);
    }
    Spec wanted = desired.get();
    // An app may replace its data file at any time, so the file is looked at last.
    if (wanted.former().hasData(facts, !wanted.file().isEmpty()) && isToCome(facts, path, wanted)) {
      return new Live.Present(with(wanted, FileAttributes.root(0)), false);
    }
    if (stat.isEmpty() || isUnfinished(facts, path)) {
      return Live.ABSENT;
    }
    if (!isDirectory) {
      return isLinkToDirectory(facts, path, stat.get())
          ? new Live.Present(wanted, true)
          : new Live.Obstructed(stat.get().type().words());
    }
    return new Live.Present(
        isOurPlace ? with(wanted, facts.attributes(stat.get(), wanted.attributes())) : wanted,
        true);
  }

  private static Spec with(Spec spec, FileAttributes attributes) {
    return new Spec(attributes, spec.seed(), spec.file(), spec.former());
  }

  private static boolean isToCome(Facts facts, String path, Spec wanted) throws HostException {
    String target = wanted.file().isEmpty() ? path : path + "/" + wanted.file();
    Optional<Stat> stat = facts.stat(target);
    boolean isEmptyFolder =
        wanted.file().isEmpty()
            && stat.stream().anyMatch(found -> found.type() == Stat.Type.DIRECTORY)
            && facts.list(target).isEmpty();
    return stat.isEmpty() || isEmptyFolder || isUnfinished(facts, target);
  }

  // A run that was killed before it moved the data has left a link to itself.
  private static boolean isUnfinished(Facts facts, String path) throws HostException {
    return facts.stat(path).stream().anyMatch(stat -> stat.type() == Stat.Type.LINK)
        && facts.readLink(path).equals(path);
  }

  // The administrator has moved the data to another disk.
  private static boolean isLinkToDirectory(Facts facts, String path, Stat stat)
      throws HostException {
    if (stat.type() != Stat.Type.LINK || !facts.folders().isOurs(stat.uid())) {
      return false;
    }
    Optional<String> real = facts.realPath(path);
    return real.isPresent()
        && facts.stat(real.get()).stream().anyMatch(s -> s.type() == Stat.Type.DIRECTORY);
  }

  @Override
  public String render(Spec spec) {
    return spec.isToMove() ? "in " + spec.former().path() + "\n" : spec.attributes() + "\n";
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String path = change.address().name();
    return switch (change) {
      case Change.Create c -> List.of(make(c.after().role(), path, cast(c.after().spec())));
      case Change.Update u -> update(path, u);
      case Change.TakeOver t when t.before() instanceof Live.Present ->
          List.of(move(path, t.after()));
      // What is in the way is no data folder. The step fails, and nothing is moved.
      case Change.TakeOver t -> List.of(make(t.after().role(), path, cast(t.after().spec())));
      case Change.Delete d ->
          List.of(removing(d.owned().role(), new Step.RemoveEmptyDirectory(path)));
    };
  }

  // A move is not undone: the old path leads to the data.
  private List<PhasedStep> update(String path, Change.Update update) {
    Spec after = cast(update.after().spec());
    if (after.isToMove()) {
      return List.of();
    }
    return List.of(
        cast(update.before()).isToMove()
            ? move(path, update.after())
            : making(update.after().role(), new Step.SetAttributes(path, after.attributes())));
  }

  private PhasedStep move(String path, Declared after) {
    Spec spec = cast(after.spec());
    return new PhasedStep(
        Phase.MOVE_DATA,
        new Step.MoveData(after.app(), spec.former().path(), path, spec.file(), spec.attributes()));
  }

  private PhasedStep make(Role role, String path, Spec spec) {
    return making(
        role,
        spec.seed().commit().isEmpty()
            ? new Step.MakeDirectory(path, spec.attributes())
            : new Step.SeedDirectory(spec.seed(), path, spec.attributes()));
  }
}
