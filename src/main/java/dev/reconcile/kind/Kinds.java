package dev.reconcile.kind;

import dev.reconcile.model.Address;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** All kinds there are: a new one is a file of its own and a line here. */
public final class Kinds {
  /** In alphabetical order. */
  public static final List<Kind<?>> ALL =
      List.of(
          new CertificateKind(),
          new CheckoutKind(),
          new ConflictKind(),
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
   * The kind called {@code name}.
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

  /** Whether there is a kind called {@code name}: an older state file may name one that is gone. */
  public static boolean exists(String name) {
    return BY_NAME.containsKey(name);
  }

  /**
   * Whether a resource is a link to one of several trees in a store; not of a kind that is gone.
   */
  public static boolean isVersioned(Address address) {
    Kind<?> kind = BY_NAME.get(address.kind());
    return kind != null && kind.isVersioned();
  }

  /** The text form of a spec, whatever its kind. */
  public static String render(String kind, Record spec) {
    return renderWith(named(kind), spec);
  }

  /** What a spec has beside its text, on one line. */
  public static String details(String kind, Record spec) {
    return detailsWith(named(kind), spec);
  }

  private static <S extends Record> String detailsWith(Kind<S> kind, Record spec) {
    return kind.details(kind.cast(spec));
  }

  /** Whether a spec may not be shown. */
  public static boolean isSecret(String kind, Record spec) {
    return secretWith(named(kind), spec);
  }

  /** The bytes that tell a spec from others of its kind. */
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
