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
 * Who owns a log that an app writes. Its name is the log's path. The app makes the file and is free
 * in its mode; but one that another user left there would keep the app from starting.
 */
public final class LogKind implements Kind<LogKind.Spec> {
  /** The name that addresses use. */
  public static final String NAME = "log";

  /** The owner and group, with the mode that the file has; the mode is of no account. */
  public record Spec(FileAttributes attributes) {}

  /** The address of a log. */
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

  // It holds what nobody can bring back.
  @Override
  public boolean isPruned() {
    return false;
  }
}
