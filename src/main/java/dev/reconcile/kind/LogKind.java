// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * The owner of a log that an app writes. Its name is the log's path. The app creates the file and
 * chooses its mode, but a file of another user would keep the app from starting.
 */
public final class LogKind implements Kind<LogKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "log";

  /** The owner and group; the mode is the live file's and is ignored. */
  public record Spec(FileAttributes attributes) {}

  /** Returns the address of a log. */
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
  public Live observe(Facts facts, String path, Optional<Spec> desired) throws HostException {
    Optional<Stat> stat = facts.stat(path);
    if (desired.isEmpty()) {
      return Live.ABSENT;
    }
    FileAttributes wanted = desired.get().attributes();
    if (stat.isEmpty() && !facts.live()) {
      return new Live.Unknowable("logs"); // no gunicorn creates them
    }
    if (stat.isEmpty() || stat.get().type() != Stat.Type.FILE) {
      return new Live.Present(desired.get(), true);
    }
    FileAttributes found = facts.attributes(stat.get(), wanted);
    boolean same = found.user().equals(wanted.user()) && found.group().equals(wanted.group());
    return new Live.Present(same ? desired.get() : new Spec(found), true);
  }

  @Override
  public String render(Spec spec) {
    return spec.attributes().user() + ":" + spec.attributes().group() + "\n";
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    if (!(change instanceof Change.Update update)) {
      return List.of();
    }
    FileAttributes owner = cast(update.after().spec()).attributes();
    int mode = cast(update.before()).attributes().mode();
    return List.of(
        making(
            update.after().role(),
            new Step.SetAttributes(
                change.address().name(), new FileAttributes(owner.user(), owner.group(), mode))));
  }

  // A log cannot be restored, so it stays.
  @Override
  public boolean isPruned() {
    return false;
  }
}
