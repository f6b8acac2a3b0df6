package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * A system user with a group of the same name. Its name is the user's. One that has left the repo
 * stays: files may belong to it, and its number would be given to somebody else.
 */
public final class UserKind implements Kind<UserKind.Spec> {
  /** The name that addresses use. */
  public static final String NAME = "user";

  /** What the names of the users that builds run as begin with; a number follows. */
  public static final String BUILDER = "reconcile-build";

  /** Most builds at a time: each takes a processor and memory for a compiler. */
  public static final int MOST_BUILDERS = 8;

  /** There, whatever its home. */
  public record Spec() {}

  /** The address of a user. */
  public static Address address(String user) {
    return new Address(NAME, user);
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
  public Live observe(Facts facts, String name, Optional<Spec> desired) throws HostException {
    if (!facts.live()) {
      return new Live.Unknowable("users");
    }
    return facts.hasUser(name) && facts.hasGroup(name)
        ? new Live.Present(new Spec(), true)
        : Live.ABSENT;
  }

  @Override
  public String render(Spec spec) {
    return "system user without a password\n";
  }

  @Override
  public boolean isPruned() {
    return false;
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    return change instanceof Change.Create c
        ? List.of(making(c.after().role(), new Step.MakeUser(c.address().name(), VenvKind.HOME)))
        : List.of();
  }

  /** Whether {@code user} is one that builds run as, so that nothing else may. */
  public static boolean isBuilder(String user) {
    return user.startsWith(BUILDER)
        && user.length() > BUILDER.length()
        && user.substring(BUILDER.length()).chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
