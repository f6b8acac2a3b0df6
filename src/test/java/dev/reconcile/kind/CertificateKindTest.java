// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Live;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Role;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is ordered follows from what is there. */
class CertificateKindTest {
  private static final CertificateKind KIND = new CertificateKind();
  private static final Address ADDRESS = new Address("certificate", CertificateKind.folder("shop"));
  private static final Content SITE = Content.of("server { listen 443 ssl; }\n");

  private static CertificateKind.Spec spec(String name, String server, Optional<Content> site) {
    return new CertificateKind.Spec(
        List.of(name),
        server,
        "/srv/acme",
        CertificateKind.VALID,
        new CertificateKind.Order("me@example.com", "/etc/nginx/sites-available/shop", site));
  }

  private static Declared declared(CertificateKind.Spec spec) {
    return new Declared(
        ADDRESS, spec, "shop", Role.CERTIFICATE, List.of(), Origin.of("apps/shop.yaml"));
  }

  private static Step.ObtainCertificate order(String name, String server, boolean anew) {
    return new Step.ObtainCertificate(
        "shop", List.of(name), server, "/srv/acme", "me@example.com", anew);
  }

  private static List<PhasedStep> update(CertificateKind.Spec before, CertificateKind.Spec after) {
    return KIND.steps(new Change.Update(before, declared(after)));
  }

  @Test
  void theFirstOneIsFollowedByTheSiteThatWaitsForIt() {
    Change change = new Change.Create(declared(spec("a", "ca", Optional.of(SITE))));
    assertThat(KIND.steps(change))
        .containsExactly(
            new PhasedStep(Phase.CERTIFICATES, order("a", "ca", false)),
            new PhasedStep(
                Phase.CERTIFICATES, new Step.ReplaceSite("/etc/nginx/sites-available/shop", SITE)));
  }

  @Test
  void theSiteIsShownInThePlanButIsNotPartOfWhatTheCertificateIs() {
    CertificateKind.Spec waiting = spec("a", "ca", Optional.of(SITE));
    CertificateKind.Spec there = spec("a", "ca", Optional.empty());
    assertThat(KIND.render(waiting)).contains("a\nfrom ca\n", "listen 443 ssl");
    assertThat(KIND.identity(waiting)).isEqualTo(KIND.identity(there));
    assertThat(KIND.identity(there)).isNotEqualTo(KIND.identity(spec("b", "ca", Optional.empty())));
  }

  @Test
  void otherNamesAreAnOrderLikeTheFirst() {
    CertificateKind.Spec after = spec("b", "ca", Optional.empty());
    assertThat(update(spec("a", "ca", Optional.empty()), after))
        .containsExactly(new PhasedStep(Phase.CERTIFICATES, order("b", "ca", false)));
  }

  @Test
  void oneOfAnotherIssuerIsExchangedAlthoughItHolds() {
    CertificateKind.Spec after = spec("a", "ca", Optional.empty());
    CertificateKind.Spec before = spec("a", "rehearsal", Optional.empty());
    assertThat(update(before, after))
        .containsExactly(new PhasedStep(Phase.CERTIFICATES, order("a", "ca", true)));
    Change takeOver = new Change.TakeOver(new Live.Present(before, false), declared(after));
    assertThat(KIND.steps(takeOver))
        .containsExactly(new PhasedStep(Phase.CERTIFICATES, order("a", "ca", true)));
  }

  @Test
  void oneNearItsEndIsExchangedWhateverCertbotThinks() {
    CertificateKind.Spec after = spec("a", "ca", Optional.empty());
    CertificateKind.Spec before =
        new CertificateKind.Spec(
            after.names(), after.server(), after.webroot(), "near its end", after.order());
    assertThat(update(before, after))
        .containsExactly(new PhasedStep(Phase.CERTIFICATES, order("a", "ca", true)));
  }

  @Test
  void ordersAreToldApartByWhatIsOrdered() {
    String digest = order("a", "ca", false).digest();
    assertThat(order("a", "ca", true).digest()).isEqualTo(digest);
    assertThat(order("b", "ca", false).digest()).isNotEqualTo(digest);
    assertThat(order("a", "other", false).digest()).isNotEqualTo(digest);
  }
}
