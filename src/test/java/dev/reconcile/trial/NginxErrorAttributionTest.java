// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.LinkKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NginxErrorAttributionTest {
  private static final String ENABLED = "/etc/nginx/sites-enabled/";
  private static final String AVAILABLE = "/etc/nginx/sites-available/";

  @TempDir Path root;
  private LocalHost host;

  @BeforeEach
  void makeHost() throws Exception {
    Files.createDirectories(root.resolve("etc/nginx/sites-enabled"));
    Files.createDirectories(root.resolve("etc/nginx/sites-available"));
    host = new LocalHost(root, new ProcessRunner(), "run-1", List.of());
  }

  private static Declared site(String app, String text) {
    return new Declared(
        new Address("file", AVAILABLE + app),
        new FileKind.Spec(Content.of(text), FileAttributes.root(0644)),
        app,
        Role.SITE,
        List.of(),
        Origin.of("apps/" + app + ".yaml"));
  }

  private static Declared link(String app) {
    return new Declared(
        new Address("link", ENABLED + app),
        new LinkKind.Spec(AVAILABLE + app),
        app,
        Role.SITE_LINK,
        List.of(),
        Origin.of("apps/" + app + ".yaml"));
  }

  private static Change updated(Declared after) {
    return new Change.Update(after.spec(), after);
  }

  private NginxErrorAttribution tracing(Overlay overlay) throws Exception {
    return new NginxErrorAttribution(host.facts(), NginxFiles.of(host.facts(), overlay));
  }

  private static NginxMessage in(String file) {
    return new NginxMessage("emerg", "unknown directive \"x\"", file, 1);
  }

  @Test
  void aNewLinkLeadsToItsApp() throws Exception {
    Overlay overlay =
        new Overlay(
            List.of(new Change.Create(site("shop", "x;")), new Change.Create(link("shop"))));

    assertThat(tracing(overlay).app(overlay, in(ENABLED + "shop"))).contains("shop");
  }

  @Test
  void aLinkThatStaysLeadsToTheFileThatChanges() throws Exception {
    Files.createSymbolicLink(
        root.resolve("etc/nginx/sites-enabled/00-shop"), Path.of("../sites-available/shop"));
    Overlay overlay = new Overlay(List.of(updated(site("shop", "x;"))));

    assertThat(tracing(overlay).app(overlay, in(ENABLED + "00-shop"))).contains("shop");
  }

  @Test
  void aFileOfNobodyLeadsNowhere() throws Exception {
    Overlay overlay = new Overlay(List.of(updated(site("shop", "x;"))));

    assertThat(tracing(overlay).app(overlay, in(ENABLED + "old"))).isEmpty();
    assertThat(tracing(overlay).app(overlay, in("/etc/nginx/nginx.conf"))).isEmpty();
  }

  @Test
  void withoutAFileTheAppThatHasTheWordIsMeant() throws Exception {
    Overlay overlay =
        new Overlay(
            List.of(
                updated(site("quiet", "server_name quiet.test;")),
                updated(site("shop", "add_header X $nosuch;"))));
    NginxMessage message = new NginxMessage("emerg", "unknown \"nosuch\" variable", "", 0);

    assertThat(tracing(overlay).app(overlay, message)).contains("shop");
    assertThat(tracing(overlay).app(overlay, new NginxMessage("emerg", "no \"other\"", "", 0)))
        .isEmpty();
  }

  @Test
  void aFileThatGoesIsNotMeant() throws Exception {
    Overlay overlay =
        new Overlay(
            List.of(
                new Change.Delete(
                    site("shop", "x;").spec(),
                    new OwnedResource(
                        new Address("file", AVAILABLE + "shop"), "shop", Role.SITE, List.of()))));

    assertThat(tracing(overlay).app(overlay, in(AVAILABLE + "shop"))).isEmpty();
  }

  @Test
  void theWordsNameAppFileLineAndWhatToDo() throws Exception {
    Overlay overlay = new Overlay(List.of(updated(site("shop", "server {\n  x on;\n}\n"))));
    NginxMessage message =
        new NginxMessage("emerg", "unknown directive \"x\"", AVAILABLE + "shop", 2);

    Diagnostic fault = tracing(overlay).fault("shop", overlay, message);

    assertThat(fault.origin()).contains(Origin.of("apps/shop.yaml"));
    assertThat(fault.detail())
        .contains("    [emerg] unknown directive \"x\" in /etc/nginx/sites-available/shop:2\n")
        .contains("    2: x on;\n")
        .contains("apps/shop.yaml")
        .endsWith("Until then shop stays as it is.");
  }

  @Test
  void theOtherPlaceOfANameIsTold() throws Exception {
    Files.writeString(
        root.resolve("etc/nginx/sites-enabled/shop~"), "server { server_name www.a a.test; }");
    Files.writeString(
        root.resolve("etc/nginx/sites-enabled/other"), "server { server_name aa.test; }");
    Overlay overlay =
        new Overlay(
            List.of(
                new Change.Create(site("shop", "server { server_name a.test; }")),
                new Change.Create(link("shop"))));
    NginxMessage message =
        new NginxMessage(
            "warn", "conflicting server name \"a.test\" on 0.0.0.0:80, ignored", "", 0);

    assertThat(tracing(overlay).fault("shop", overlay, message).detail())
        .contains("The same name is in /etc/nginx/sites-enabled/shop~. ");
  }
}
