// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Step;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Optional;

/**
 * An installed Debian package of any version. Its name is the package's. A package that has left
 * the repo stays installed: other software on the host may need it.
 */
public final class PackageKind implements Kind<PackageKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "package";

  /** An installed package. */
  public record Spec() {}

  /** Returns the address of a package. */
  public static Address address(String name) {
    return new Address(NAME, name);
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
      return new Live.Unknowable("packages");
    }
    return facts.packageVersion(name).isPresent()
        ? new Live.Present(new Spec(), true)
        : Live.ABSENT;
  }

  @Override
  public String render(Spec spec) {
    return "installed\n";
  }

  @Override
  public Optional<Section> section() {
    return Optional.of(new Packages());
  }

  @Override
  public boolean isPruned() {
    return false;
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    return change instanceof Change.Create c
        ? List.of(making(c.after().role(), new Step.InstallPackage(c.address().name())))
        : List.of();
  }

  private static final class Packages implements Section {
    private static final Key<Optional<Value>> PACKAGES =
        Key.section(
                "packages",
                Schema.oneOrMore(Schema.text(TextFormat.PACKAGE_NAME)),
                "Debian packages to install")
            .more("A run installs a missing package. It never upgrades or removes one.")
            .example("[nginx, python3-venv]");

    @Override
    public Key<Optional<Value>> key() {
      return PACKAGES;
    }

    @Override
    public void declare(Value value, Declarations declarations) {
      List<Value> items = value instanceof Value.Sequence list ? list.items() : List.of(value);
      for (Value item : items) {
        Table.textOf(item)
            .ifPresent(name ->
                declarations.add(
                    new Declared(
                        PackageKind.address(name),
                        new Spec(),
                        "",
                        Role.PACKAGE,
                        List.of(),
                        item.origin())));
      }
    }
  }
}
