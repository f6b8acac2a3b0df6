// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.CertificateInfo;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key and a self-signed certificate, to try TLS with. Its name is the folder of the two. It is as
 * declared if it covers these names, only root can read the key, and it is not near its end.
 */
public final class SelfSignedKind implements Kind<SelfSignedKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "self-signed";

  /** The state of a valid certificate. */
  public static final String VALID = "valid";

  private static final int RENEWED_AFTER_TENTHS = 9;
  private static final int ONLY_OWNER = 0077;

  /**
   * A certificate, desired or live.
   *
   * @param names the host names, sorted
   * @param state {@link #VALID}, or what is wrong in a few words
   */
  public record Spec(List<String> names, String state) {
    public Spec {
      names = List.copyOf(names);
    }
  }

  /** Returns the certificate's path in the folder. */
  public static String certificate(String folder) {
    return folder + "/fullchain.pem";
  }

  /** Returns the key's path in the folder. */
  public static String key(String folder) {
    return folder + "/privkey.pem";
  }

  /** Returns the address of a certificate by its folder. */
  public static Address address(String folder) {
    return new Address(NAME, folder);
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
  public Live observe(Facts facts, String folder, Optional<Spec> desired) throws HostException {
    if (!facts.live()) {
      return new Live.Unknowable("certificates");
    }
    Optional<Stat> certificate = facts.stat(certificate(folder));
    Optional<Stat> key = facts.stat(key(folder));
    if (certificate.isEmpty() || key.isEmpty()) {
      return Live.ABSENT;
    }
    for (Stat stat : List.of(certificate.get(), key.get())) {
      if (stat.type() != Stat.Type.FILE) {
        return new Live.Obstructed(stat.type().words());
      }
    }
    Optional<CertificateInfo> found =
        CertificateInfo.parse(facts.read(certificate(folder), Limits.KEY_FILE));
    List<String> names = found.map(CertificateInfo::names).orElse(List.of());
    return new Live.Present(new Spec(names, state(facts, found, key.get())), true);
  }

  private static String state(Facts facts, Optional<CertificateInfo> certificate, Stat key) {
    if (certificate.isEmpty()) {
      return "no certificate";
    }
    if ((key.mode() & ONLY_OWNER) != 0 || key.uid() != 0) {
      return "others can read the key";
    }
    return facts.isPast(certificate.get().renewedAfter(RENEWED_AFTER_TENTHS))
        ? "near its end"
        : VALID;
  }

  @Override
  public String render(Spec spec) {
    return String.join("\n", spec.names()) + "\n" + spec.state() + "\n";
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String folder = change.address().name();
    return switch (change) {
      case Change.Create c ->
          List.of(making(c.after().role(), make(folder, cast(c.after().spec()))));
      case Change.Update u ->
          List.of(making(u.after().role(), make(folder, cast(u.after().spec()))));
      case Change.TakeOver t -> {
        List<PhasedStep> actions = new ArrayList<>();
        actions.add(making(t.after().role(), new Step.BackUp(folder)));
        actions.add(making(t.after().role(), make(folder, cast(t.after().spec()))));
        yield actions;
      }
      case Change.Delete d ->
          List.of(
              removing(d.owned().role(), new Step.Remove(certificate(folder))),
              removing(d.owned().role(), new Step.Remove(key(folder))),
              removing(d.owned().role(), new Step.RemoveEmptyDirectory(folder)));
    };
  }

  private static Step make(String folder, Spec spec) {
    return new Step.MakeSelfSigned(folder, spec.names());
  }
}
