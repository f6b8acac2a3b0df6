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
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The size of nginx's hash tables for server names. nginx's defaults are enough for some dozens of
 * names of up to 46 letters. If more is needed and no other file sets the sizes, reconcile sets
 * them in a file of its own, because nginx refuses a size that is set twice.
 */
final class ServerNameHash {
  static final String FILE = NginxReading.FOLDER + "conf.d/reconcile-name-hash.conf";

  private static final String BUCKET = "server_names_hash_bucket_size";
  private static final String MAX_SIZE = "server_names_hash_max_size";
  private static final int USUAL_BUCKET = 64;
  private static final int USUAL_MOST = 512;
  private static final int LARGEST_BUCKET = 1024;
  private static final int LARGEST_MOST = 8192;

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
    ServerNameTable table = new ServerNameTable(serverNames);
    if (table.fits(USUAL_BUCKET, USUAL_MOST)) {
      return;
    }
    List<Directive> http = http();
    Optional<Integer> bucket = value(http, BUCKET);
    Optional<Integer> maxSize = value(http, MAX_SIZE);
    for (int size : choices(maxSize, USUAL_MOST, LARGEST_MOST)) {
      for (int bytes : choices(bucket, USUAL_BUCKET, LARGEST_BUCKET)) {
        if (table.fits(bytes, size)) {
          String larger = bucket.isEmpty() && bytes > USUAL_BUCKET ? String.valueOf(bytes) : "";
          String longer = maxSize.isEmpty() && size > USUAL_MOST ? String.valueOf(size) : "";
          declare(larger, longer, origin);
          return;
        }
      }
    }
  }

  // A size that another file sets stays: nginx uses it, rounded up to a line of the processor's
  // cache.
  private static int[] choices(Optional<Integer> set, int usual, int largest) {
    return set.isPresent()
        ? new int[] {set.get()}
        : IntStream.iterate(usual, size -> size <= largest, size -> size * 2).toArray();
  }

  private void declare(String bucket, String maxSize, Origin origin) throws TemplateException {
    if (bucket.isEmpty() && maxSize.isEmpty()) {
      return;
    }
    String text =
        templates.render(
            "name_hash.conf",
            Map.of("from", origin.file(), "bucket_size", bucket, "max_size", maxSize));
    declarations.add(
        new Declared(
            FileKind.address(FILE),
            new FileKind.Spec(Content.of(text), FileAttributes.root(0644)),
            "",
            Role.NGINX_CONF,
            List.of(SharedResources.RELOAD_NGINX),
            origin));
  }

  /** Returns the directives of the http block. */
  private List<Directive> http() throws HostException {
    return reading.included(reading.file(NginxReading.FOLDER + "nginx.conf")).stream()
        .filter(directive -> directive.is("http"))
        .findFirst()
        .map(Directive::block)
        .orElse(List.of());
  }

  private Optional<Integer> value(List<Directive> http, String name) throws HostException {
    return reading.included(http).stream()
        .filter(directive -> directive.is(name) && !directive.file().equals(FILE))
        .map(Directive::parameter)
        .filter(text -> text.matches("[1-9][0-9]{0,6}"))
        .map(Integer::valueOf)
        .map(set ->
            name.equals(BUCKET) ? (set + USUAL_BUCKET - 1) / USUAL_BUCKET * USUAL_BUCKET : set)
        .findFirst();
  }
}
