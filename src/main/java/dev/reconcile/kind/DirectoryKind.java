// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * A directory with its owner, group and mode. Its name is its path. The kind ignores the content:
 * it removes the directory only when it is empty.
 *
 * <p>A directory of logs stays when its app goes. A directory that looks like one is taken for it
 * when the app comes back, perhaps with another user. So is the directory above data.
 */
public final class DirectoryKind implements PathKind<DirectoryKind.Spec> {
  private static final String FILLED = "a directory with files in it";

  /** The kind's name in addresses. */
  public static final String NAME = "directory";

  /** The mode of an app's log directory. */
  public static final int LOGS_MODE = 0750;

  /** The mode of the directory above an app's data folders, which belongs to root. */
  public static final int DATA_MODE = 0755;

  /** A directory, desired or live. */
  public record Spec(FileAttributes attributes) {}

  /** Returns the address of a directory. */
  public static Address address(String path) {
    return new Address(NAME, path);
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
  public Stat.Type fileType() {
    return Stat.Type.DIRECTORY;
  }

  @Override
  public Live observe(Facts facts, String path, Stat stat, Optional<Spec> desired)
      throws HostException {
    boolean isKept = path.startsWith(Layout.LOGS + "/") || path.startsWith(Layout.DATA + "/");
    if (desired.isEmpty() && isKept && !facts.list(path).isEmpty()) {
      return new Live.Obstructed(FILLED); // it contains logs or data, so it is not removed
    }
    FileAttributes wanted = desired.map(Spec::attributes).orElse(FileAttributes.root(0));
    FileAttributes found = facts.attributes(stat, wanted);
    boolean ofLogs = path.startsWith(Layout.LOGS + "/") && found.mode() == LOGS_MODE;
    boolean ofData =
        path.startsWith(Layout.DATA + "/") && found.equals(FileAttributes.root(DATA_MODE));
    return new Live.Present(new Spec(found), ofLogs || ofData);
  }

  @Override
  public String render(Spec spec) {
    return spec.attributes() + "\n";
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String path = change.address().name();
    return switch (change) {
      case Change.Create c -> List.of(make(c.after().role(), path, cast(c.after().spec())));
      case Change.Update u -> List.of(make(u.after().role(), path, cast(u.after().spec())));
      case Change.TakeOver t ->
          t.before() instanceof Live.Obstructed
              ? List.of(
                  making(t.after().role(), new Step.BackUp(path)),
                  make(t.after().role(), path, cast(t.after().spec())))
              : List.of(make(t.after().role(), path, cast(t.after().spec())));
      case Change.Delete d ->
          List.of(removing(d.owned().role(), new Step.RemoveEmptyDirectory(path)));
    };
  }

  private PhasedStep make(Role role, String path, Spec spec) {
    return making(role, new Step.MakeDirectory(path, spec.attributes()));
  }
}
