// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.CertificateInfo;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Live;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A certificate that certbot obtains by ACME and renews. Its name is its folder below {@code
 * /etc/letsencrypt/live}. It is as declared if it covers these names, comes from this server, is
 * renewed through reconcile's folder of challenges and is not near its end. A certificate that has
 * left the repo stays: other programs of the host may use it, and it cannot be fetched again at
 * will.
 */
public final class CertificateKind implements Kind<CertificateKind.Spec> {
  /** The kind's name in addresses. */
  public static final String NAME = "certificate";

  /** The state of a valid certificate. */
  public static final String VALID = "valid";

  private static final String CERTBOT = "/etc/letsencrypt/";
  private static final int RENEWED_AFTER_TENTHS = 9;

  /**
   * A certificate, desired or live.
   *
   * @param names the host names, sorted
   * @param server the URL of the ACME server's directory
   * @param webroot the folder in which nginx finds answers to challenges; empty if the certificate
   *     is renewed in another way
   * @param state {@link #VALID}, or what is wrong in a few words
   * @param order the rest of what an order needs; a live spec copies the desired one
   */
  public record Spec(List<String> names, String server, String webroot, String state, Order order) {
    public Spec {
      names = List.copyOf(names);
    }
  }

  /**
   * The inputs of an order that the certificate itself does not contain.
   *
   * @param email the address at which the issuer can reach the administrator
   * @param path the path of the site that waits for the certificate
   * @param site the text of the site once the certificate is there; empty if the site has it
   *     already
   */
  public record Order(String email, String path, Optional<Content> site) {}

  /** Returns the folder of a certificate's links. */
  public static String folder(String name) {
    return CERTBOT + "live/" + name;
  }

  /** Returns the address of a certificate. */
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
    Optional<String> file = facts.realPath(SelfSignedKind.certificate(folder));
    if (desired.isEmpty() || file.isEmpty()) {
      return Live.ABSENT;
    }
    Optional<CertificateInfo> found =
        CertificateInfo.parse(facts.read(file.get(), Limits.KEY_FILE));
    String settings = settings(facts, lineage(folder));
    boolean byWebroot = value(settings, "authenticator").equals("webroot");
    Spec spec =
        new Spec(
            found.map(CertificateInfo::names).orElse(List.of()),
            value(settings, "server"),
            byWebroot ? value(settings, "webroot_path").replaceFirst(",$", "") : "",
            state(facts, found),
            desired.get().order());
    return new Live.Present(spec, spec.webroot().equals(desired.get().webroot()));
  }

  private static String lineage(String folder) {
    return folder.substring(folder.lastIndexOf('/') + 1);
  }

  private static String settings(Facts facts, String lineage) throws HostException {
    String path = CERTBOT + "renewal/" + lineage + ".conf";
    Optional<Stat> stat = facts.stat(path);
    return stat.stream().anyMatch(file -> file.type() == Stat.Type.FILE)
        ? facts.readText(path, Limits.KEY_FILE)
        : "";
  }

  // certbot's file has "name = value" on a line.
  private static String value(String settings, String name) {
    return settings
        .lines()
        .filter(line -> line.startsWith(name + " = "))
        .map(line -> line.substring(name.length() + 3).strip())
        .findFirst()
        .orElse("");
  }

  private static String state(Facts facts, Optional<CertificateInfo> certificate)
      throws HostException {
    if (certificate.isEmpty()) {
      return "no certificate";
    }
    return facts.isPast(certificate.get().renewedAfter(RENEWED_AFTER_TENTHS))
        ? "near its end, and not renewed"
        : VALID;
  }

  @Override
  public String render(Spec spec) {
    StringBuilder text = new StringBuilder();
    spec.names().forEach(name -> text.append(name).append('\n'));
    text.append("from ").append(spec.server()).append('\n');
    text.append("by way of ").append(spec.webroot()).append('\n');
    text.append(spec.state()).append('\n');
    spec.order()
        .site()
        .ifPresent(site ->
            text.append("then ")
                .append(spec.order().path())
                .append(":\n")
                .append(site.text().indent(2)));
    return text.toString();
  }

  @Override
  public byte[] identity(Spec spec) {
    return (spec.server() + "\n" + String.join("\n", spec.names()))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean isPruned() {
    return false;
  }

  @Override
  public List<PhasedStep> steps(Change change) {
    String name = lineage(change.address().name());
    return switch (change) {
      case Change.Create c -> obtain(c.after().role(), name, cast(c.after().spec()), false);
      case Change.Update u -> {
        Spec after = cast(u.after().spec());
        yield obtain(u.after().role(), name, after, isUnfit(cast(u.before()), after));
      }
      case Change.TakeOver t -> obtain(t.after().role(), name, cast(t.after().spec()), true);
      case Change.Delete d -> List.of();
    };
  }

  // certbot would keep a certificate that is valid long enough by its own rules, whoever issued it.
  private static boolean isUnfit(Spec before, Spec after) {
    return !before.server().equals(after.server())
        || !before.webroot().equals(after.webroot())
        || !before.state().equals(after.state());
  }

  private List<PhasedStep> obtain(Role role, String name, Spec spec, boolean anew) {
    List<PhasedStep> actions = new ArrayList<>();
    Order order = spec.order();
    actions.add(
        making(
            role,
            new Step.ObtainCertificate(
                name, spec.names(), spec.server(), spec.webroot(), order.email(), anew)));
    order
        .site()
        .ifPresent(site -> actions.add(making(role, new Step.ReplaceSite(order.path(), site))));
    return actions;
  }
}
