// SPDX-License-Identifier: Apache-2.0
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
 * A system user with a group of the same name. Its name is the user's. A user that has left the
 * repo stays: it may own files, and another user would get its number.
 */
public final class UserKind implements Kind<UserKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "user";

  /** The prefix of the names of build users; a number follows. */
  public static final String BUILDER = "reconcile-build";

  /** The highest number of builds at a time: each takes a processor and memory for a compiler. */
  public static final int MOST_BUILDERS = 8;

  /** An existing user, with any home. */
  public record Spec() {}

  /** Returns the address of a user. */
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

  /** Returns whether {@code user} is a build user, as which nothing else may run. */
  public static boolean isBuilder(String user) {
    return user.startsWith(BUILDER)
        && user.length() > BUILDER.length()
        && user.substring(BUILDER.length()).chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
