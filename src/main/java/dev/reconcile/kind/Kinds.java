// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.model.Address;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The list of all kinds: a new kind is a file of its own and a line here. */
public final class Kinds {
  /** All kinds, in alphabetical order. */
  public static final List<Kind<?>> ALL =
      List.of(
          new CertificateKind(),
          new CheckoutKind(),
          new ConflictKind(),
          new DataKind(),
          new DirectoryKind(),
          new FileKind(),
          new LinkKind(),
          new LogKind(),
          new PackageKind(),
          new SelfSignedKind(),
          new SocketKind(),
          new SourceKind(),
          new UnitKind(),
          new UserKind(),
          new VenvKind());

  private static final Map<String, Kind<?>> BY_NAME =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Kind::name, Function.identity()));

  private Kinds() {}

  /**
   * Returns the kind called {@code name}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Kind<?> named(String name) {
    Kind<?> kind = BY_NAME.get(name);
    if (kind == null) {
      throw new IllegalArgumentException("no kind " + name);
    }
    return kind;
  }

  /**
   * Returns whether there is a kind called {@code name}: an older state file may name one that no
   * longer exists.
   */
  public static boolean exists(String name) {
    return BY_NAME.containsKey(name);
  }

  /**
   * Returns whether a resource is a link to one of several trees in a store; false for a kind that
   * no longer exists.
   */
  public static boolean isVersioned(Address address) {
    Kind<?> kind = BY_NAME.get(address.kind());
    return kind != null && kind.isVersioned();
  }

  /** Returns the text form of a spec of any kind. */
  public static String render(String kind, Record spec) {
    return renderWith(named(kind), spec);
  }

  /** Returns the attributes of a spec beside its text, on one line. */
  public static String details(String kind, Record spec) {
    return detailsWith(named(kind), spec);
  }

  private static <S extends Record> String detailsWith(Kind<S> kind, Record spec) {
    return kind.details(kind.cast(spec));
  }

  /** Returns whether a spec must not be shown. */
  public static boolean isSecret(String kind, Record spec) {
    return secretWith(named(kind), spec);
  }

  /** Returns the bytes that distinguish a spec from others of its kind. */
  public static byte[] identity(String kind, Record spec) {
    return identityWith(named(kind), spec);
  }

  private static <S extends Record> byte[] identityWith(Kind<S> kind, Record spec) {
    return kind.identity(kind.cast(spec));
  }

  private static <S extends Record> String renderWith(Kind<S> kind, Record spec) {
    return kind.render(kind.cast(spec));
  }

  private static <S extends Record> boolean secretWith(Kind<S> kind, Record spec) {
    return kind.isSecret(kind.cast(spec));
  }
}
