// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.app.AppSection;
import dev.reconcile.desired.HostSection;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** docs/desired-state.md, as it follows from the keys. */
final class DesiredStatePage {
  private static final String HEAD =
      """
      # Keys of the desired state

      This page is generated from the keys that `validate` and `apply` read. `DesiredStatePageTest`
      compares it. `NAME` is the app's name, which is the name of its file without `.yaml`. A key `a.b`
      is the key `b` in the map `a`; `*` is any key. The [formats](#formats) of texts are at the end.

      [Repository](repository.md) describes the files of the tree and the merging of defaults,
      [apps](apps.md) the resources of an app on the host, and [nginx and TLS](nginx-and-tls.md) the
      sites. [flask_labstoo.yaml](../desired-state/apps/flask_labstoo.yaml) uses many keys.

      """;

  private static final String RULES =
      """

      ## Rules for all values

      - The format is YAML 1.2, core schema. Tags, duplicate keys, unknown keys and more than a few
        aliases are errors.
      - A value must not end the directive of nginx or systemd that contains it. `extra`, `http`,
        `files`, `units` and templates are exempt, because they are raw text.
      - Two apps must not share a server name or a directory. A directory of an app must not be inside
        another app's directory.
      """;

  private final StringBuilder page = new StringBuilder(HEAD);
  private final Set<String> keys = new HashSet<>();
  private final Set<TextFormat> formats = new TreeSet<>();

  private DesiredStatePage() {}

  static String text() {
    DesiredStatePage page = new DesiredStatePage();
    page.table("apps/NAME.yaml", AppSection.SCHEMA, "");
    page.table("reconcile.yaml, hosts/HOSTNAME.yaml", HostSection.HOST, "defaults");
    page.formats();
    page.page.append(RULES);
    return page.page.toString();
  }

  private void table(String title, Schema.Fields fields, String closed) {
    page.append("## ").append(title).append("\n\n");
    page.append("| key | type | default | meaning | example |\n|---|---|---|---|---|\n");
    rows("", fields, closed);
    page.append('\n');
  }

  private void rows(String before, Schema.Fields fields, String closed) {
    for (Map.Entry<String, Schema.Field> entry : fields.fields().entrySet()) {
      String key = before + entry.getKey();
      if (!keys.add(key)) {
        continue; // a map in a list may have the keys of the map around the list
      }
      Schema.Field field = entry.getValue();
      page.append("| `").append(key).append("` | ");
      page.append(key.equals(closed) ? "map" : type(field.shape())).append(" | ");
      page.append(field.otherwise()).append(" | ").append(meaning(field)).append(" | ");
      page.append(field.example().isEmpty() ? "" : "`" + cell(field.example()) + "`");
      page.append(" |\n");
      if (!key.equals(closed)) {
        below(key + ".", field.shape(), closed);
      }
    }
  }

  private void below(String before, Schema schema, String closed) {
    switch (schema) {
      case Schema.Fields fields -> rows(before, fields, closed);
      case Schema.Either either -> either.shapes().forEach(one -> below(before, one, closed));
      case Schema.ListOf list -> below(before, list.item(), closed);
      case Schema.MapOf map -> below(before + "*.", map.value(), closed);
      case Schema.Text _, Schema.Whole _, Schema.Flag _, Schema.Off _, Schema.Choice _ -> {}
    }
  }

  private static String meaning(Schema.Field field) {
    String doc = field.doc();
    boolean named = doc.startsWith("nginx") || doc.startsWith("module:");
    String first = named ? doc.substring(0, 1) : doc.substring(0, 1).toUpperCase(Locale.ROOT);
    String sentence = first + doc.substring(1) + ".";
    return cell(field.more().isEmpty() ? sentence : sentence + " " + field.more());
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private String type(Schema schema) {
    return switch (schema) {
      case Schema.Text text -> format(text.rule());
      case Schema.Whole whole when whole.least() == whole.most() -> "`" + whole.least() + "`";
      case Schema.Whole whole -> "number, " + whole.least() + " to " + whole.most();
      case Schema.Flag _ -> "`true` or `false`";
      case Schema.Off _ -> "`false`";
      case Schema.Choice choice ->
          choice.words().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
      case Schema.ListOf list when list.orSingle() -> type(list.item()) + "; one or a list";
      case Schema.ListOf list -> "list: " + type(list.item());
      case Schema.MapOf map -> "map: " + format(map.key()) + " → " + type(map.value());
      case Schema.Fields _ -> "map";
      case Schema.Either either ->
          either.shapes().stream().map(this::type).collect(Collectors.joining(", or "));
    };
  }

  private String format(TextFormat format) {
    formats.add(format);
    return name(format);
  }

  private static String name(TextFormat format) {
    return format.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private void formats() {
    page.append("## Formats\n\n| format | what it accepts |\n|---|---|\n");
    for (TextFormat format : formats) {
      page.append("| ").append(name(format)).append(" | ").append(cell(format.meaning()));
      page.append(" |\n");
    }
  }
}
