// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Step;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
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

  private static final String NO_HOME = "/nonexistent";

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
    return facts.hasUser(name) && (facts.hasGroup(name) || !isBuilder(name))
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
    if (!(change instanceof Change.Create c)) {
      return List.of();
    }
    String user = c.address().name();
    String home = isBuilder(user) ? VenvKind.HOME : NO_HOME;
    return List.of(making(c.after().role(), new Step.MakeUser(user, home)));
  }

  @Override
  public Optional<Section> section() {
    return Optional.of(new Users());
  }

  /** Returns whether {@code user} is a build user, as which nothing else may run. */
  public static boolean isBuilder(String user) {
    return user.startsWith(BUILDER)
        && user.length() > BUILDER.length()
        && user.substring(BUILDER.length()).chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static final class Users implements Section {
    private static final Key<Optional<Value>> USERS =
        Key.section(
                "users",
                Schema.oneOrMore(Schema.text(TextFormat.USER_NAME)),
                "system users, each with a group of the same name")
            .more("A run creates a missing user before all else. It never removes one.")
            .example("[shop]");

    @Override
    public Key<Optional<Value>> key() {
      return USERS;
    }

    @Override
    public void declare(Value value, Declarations declarations) {
      List<Value> items = value instanceof Value.Sequence list ? list.items() : List.of(value);
      for (Value item : items) {
        Table.textOf(item).ifPresent(user -> declare(user, item.origin(), declarations));
      }
    }

    private static void declare(String user, Origin origin, Declarations declarations) {
      if (isBuilder(user)) {
        declarations.error(
            origin,
            "User reserved for builds",
            user + " is reserved for builds, and reconcile creates it. Name another.");
        return;
      }
      declarations.add(
          new Declared(UserKind.address(user), new Spec(), "", Role.ACCOUNT, List.of(), origin));
    }
  }
}
