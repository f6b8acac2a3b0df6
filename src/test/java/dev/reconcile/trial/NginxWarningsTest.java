// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NginxWarningsTest {
  private static final String SHOP = "/etc/nginx/sites-available/shop";
  private static final String HAND = "/etc/nginx/sites-enabled/by-hand";
  private static final String DEPRECATED = "the \"listen ... http2\" directive is deprecated";

  @TempDir Path root;

  private List<Diagnostic> passedOn(List<NginxMessage> before, NginxMessage... warnings)
      throws Exception {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "run-1", List.of());
    Declared site =
        new Declared(
            new Address("file", SHOP),
            new FileKind.Spec(
                Content.of("server {\n  listen 443 ssl http2;\n  ssl_certificate /c.pem;\n}\n"),
                FileAttributes.root(0644)),
            "shop",
            Role.SITE,
            List.of(),
            Origin.of("apps/shop.yaml"));
    Overlay overlay = new Overlay(List.of(new Change.Create(site)));
    NginxErrorAttribution tracing =
        new NginxErrorAttribution(host.facts(), NginxFiles.of(host.facts(), overlay));
    return new NginxWarnings(overlay, before, tracing).of(List.of(warnings));
  }

  private static NginxMessage warning(String text, String file, int line) {
    return new NginxMessage("warn", text, file, line);
  }

  @Test
  void aWarningOfAnAppsFileIsPutDownToIt() throws Exception {
    assertThat(passedOn(List.of(), warning(DEPRECATED, SHOP, 2)))
        .singleElement()
        .satisfies(said -> {
          assertThat(said.summary()).isEqualTo("Warning of nginx");
          assertThat(said.origin()).contains(Origin.of("apps/shop.yaml"));
          assertThat(said.detail())
              .contains("[warn] " + DEPRECATED + " in " + SHOP + ":2")
              .contains("2: listen 443 ssl http2;");
        });
  }

  @Test
  void aTextIsSaidOnceForAFile() throws Exception {
    assertThat(
            passedOn(
                List.of(),
                warning(DEPRECATED, SHOP, 2),
                warning(DEPRECATED, HAND, 4),
                warning(DEPRECATED, SHOP, 5),
                warning(DEPRECATED, SHOP, 9)))
        .extracting(Diagnostic::detail)
        .satisfiesExactly(
            said -> assertThat(said).endsWith("The same is in line 5, 9."),
            said -> assertThat(said).endsWith("in " + HAND + ":4"));
  }

  @Test
  void whatWasThereBeforeIsSaidOnlyOfWhatThePlanChanges() throws Exception {
    NginxMessage own = warning(DEPRECATED, SHOP, 2);
    NginxMessage foreign = warning(DEPRECATED, HAND, 4);
    NginxMessage stapling =
        warning("\"ssl_stapling\" ignored, no OCSP responder in \"/c.pem\"", "", 0);
    NginxMessage another =
        warning("\"ssl_stapling\" ignored, no OCSP responder in \"/other.pem\"", "", 0);

    assertThat(
            passedOn(
                List.of(own, warning(DEPRECATED, HAND, 7), stapling, another),
                own,
                foreign,
                stapling,
                another))
        .extracting(Diagnostic::origin)
        .containsExactly(
            Optional.of(Origin.of("apps/shop.yaml")), Optional.of(Origin.of("apps/shop.yaml")));
  }

  @Test
  void aTableThatIsTooSmallIsSaidAgain() throws Exception {
    NginxMessage table =
        warning(
            "could not build optimal variables_hash, you should increase either"
                + " variables_hash_max_size: 1024 or variables_hash_bucket_size: 64; ignoring"
                + " variables_hash_bucket_size",
            "",
            0);

    assertThat(passedOn(List.of(table), table))
        .singleElement()
        .satisfies(said -> assertThat(said.summary()).isEqualTo("nginx hash table too small"));
  }
}
