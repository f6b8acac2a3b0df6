// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.nginx.Directive;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The size of nginx's hash tables for server names. nginx's defaults are enough for some dozens of
 * names of up to 46 letters. If more is needed and no other file sets the sizes, reconcile sets
 * them in a file of its own, because nginx refuses a size that is set twice.
 */
final class ServerNameHash {
  static final String FILE = NginxReading.FOLDER + "conf.d/reconcile-name-hash.conf";

  private static final HashSize SIZE = new HashSize("server_names_hash", 512);

  private final Declarations declarations;
  private final Templates templates;
  private final NginxReading reading;

  ServerNameHash(Declarations declarations, Templates templates, Facts facts) {
    this.declarations = declarations;
    this.templates = templates;
    this.reading = new NginxReading(facts, declarations);
  }

  /** Declares the file if these names need it. */
  void declare(Collection<String> serverNames, Origin origin)
      throws HostException, TemplateException {
    HashTables table = HashTables.ofNames(serverNames);
    if (SIZE.isUsual(table::fits)) {
      return;
    }
    List<Directive> http =
        reading.included(reading.http()).stream()
            .filter(directive -> !directive.file().equals(FILE))
            .toList();
    List<String> directives = SIZE.directives(table::fits, http);
    if (!directives.isEmpty()) {
      String text =
          templates.render(
              "name_hash.conf", Map.of("from", origin.file(), "directives", directives));
      declarations.add(
          new Declared(
              FileKind.address(FILE),
              new FileKind.Spec(Content.of(text), FileAttributes.root(0644)),
              "",
              Role.NGINX_CONF,
              List.of(SharedResources.RELOAD_NGINX),
              origin));
    }
  }
}
