// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.Schema;
import dev.reconcile.model.Step;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import dev.reconcile.systemd.UnitText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The key {@code units}: systemd units that belong to no app. A unit becomes its file, the links by
 * which systemctl(1) would enable it, and its state.
 */
final class UnitsSection implements Section {
  private static final String FOLDER = Layout.UNIT_FILES + "/";

  /** The words that systemd takes for true (systemd.syntax(7)). */
  private static final Set<String> TRUE = Set.of("1", "yes", "true", "on", "y", "t");

  private static final Key<Boolean> ENABLED =
      Key.flag("enabled", false, "whether it starts at boot, by its [Install] section")
          .more("The section needs `WantedBy=`, `RequiredBy=` or `Alias=`.");
  private static final Key<String> STATE =
      Key.choice("state", List.of("started", "stopped"), "", "whether it runs")
          .otherwise("not managed")
          .more(
              """
              A run restarts a changed unit with `started`. A service with `Type=oneshot` and \
              without `RemainAfterExit=` runs once after each change.\
              """);

  private static final Key<Optional<Value>> UNITS =
      Key.section(
              "units",
              Schema.mapOf(
                  TextFormat.UNIT_NAME,
                  Schema.either(
                      Schema.text(TextFormat.LINES),
                      Key.fields("a unit", FileKind.SOURCE, FileKind.CONTENT, ENABLED, STATE))),
              "systemd units that belong to no app: name to text, or to source, enabled and state")
          .more(
              """
              Without `source` and `content` it is the unit of a package, and only `state` can \
              be set: `redis-server.service: {state: started}`.\
              """);

  @Override
  public Key<Optional<Value>> key() {
    return UNITS;
  }

  @Override
  public void declare(Value value, Declarations declarations) {
    for (Value.Entry entry : Table.of(value).map().entries()) {
      if (isOfPackage(entry.value())) {
        ofPackage(entry, declarations);
      } else if (!Table.isRefused(entry.value())) {
        content(entry, declarations).ifPresent(text -> declare(entry, text, declarations));
      }
    }
  }

  private static boolean isOfPackage(Value value) {
    Table unit = Table.of(value);
    return unit.has(STATE)
        && unit.isSound()
        && !unit.has(FileKind.SOURCE)
        && !unit.has(FileKind.CONTENT);
  }

  // It is started before the apps that need it are built and rehearsed, and never removed.
  private static void ofPackage(Value.Entry entry, Declarations declarations) {
    String name = entry.key();
    Table unit = Table.of(entry.value());
    if (unit.get(ENABLED)) {
      declarations.error(
          unit.origin(ENABLED),
          "Unit of a package with enabled",
          """
          %s has neither "source" nor "content", so it is the unit of a package, which \
          enables it. Leave "enabled" out.\
          """
              .formatted(name));
    }
    boolean running = unit.get(STATE).equals("started");
    String start = "start " + name;
    if (running) {
      declarations.add(
          new Handler(
              start,
              Phase.HOST_FILES,
              List.of(new Step.Systemctl(Step.UnitVerb.START, name)),
              List.of(),
              ""));
    }
    declarations.add(
        new Declared(
            UnitKind.address(name),
            new UnitKind.Spec(running),
            "",
            Role.NEEDED,
            running ? List.of(start) : List.of(),
            entry.keyOrigin()));
  }

  private static Optional<Content> content(Value.Entry entry, Declarations declarations) {
    if (entry.value() instanceof Value.Scalar scalar) {
      return Optional.of(Content.of(scalar.text()));
    }
    Table unit = Table.of(entry.value());
    return FileKind.content(
        unit,
        entry.keyOrigin(),
        "Unit without exactly one source",
        entry.key() + " needs either \"source\" (a file of this repo) or \"content\".",
        declarations);
  }

  private static void declare(Value.Entry entry, Content content, Declarations declarations) {
    String name = entry.key();
    Origin origin = entry.keyOrigin();
    Table unit = Table.of(entry.value());
    String restart = "restart " + name;
    String state = unit.get(STATE);
    List<String> follows = new ArrayList<>(List.of(Observer.DAEMON_RELOAD));
    if (state.equals("started")) {
      follows.add(restart);
      declarations.add(
          new Handler(
              restart,
              Phase.INSTANCES,
              List.of(new Step.Systemctl(Step.UnitVerb.RESTART, name)),
              List.of(),
              ""));
    }
    declarations.add(
        new Declared(
            FileKind.address(FOLDER + name),
            new FileKind.Spec(content, FileAttributes.root(0644)),
            "",
            Role.UNIT_FILE,
            follows,
            origin));
    if (unit.get(ENABLED)) {
      enable(name, content, origin, declarations);
    }
    boolean running = state.equals("started");
    // such a service has ended when its start is complete, so it is never found running
    if (!state.isEmpty() && !(running && isOneshot(content.text()))) {
      declarations.add(
          new Declared(
              UnitKind.address(name),
              new UnitKind.Spec(running),
              "",
              Role.INSTANCE,
              running ? List.of(restart) : List.of(),
              origin));
    }
  }

  // systemd.service(5), Type= and RemainAfterExit=
  private static boolean isOneshot(String text) {
    UnitText unit = UnitText.parse(text);
    return unit.last("Service", "Type").equals("oneshot")
        && !TRUE.contains(unit.last("Service", "RemainAfterExit"));
  }

  private static void enable(
      String name, Content content, Origin origin, Declarations declarations) {
    List<String> links = installLinks(name, content.text());
    if (links.isEmpty()) {
      declarations.error(
          origin,
          "Unit that cannot be enabled",
          """
          %s has no WantedBy=, RequiredBy= or Alias= in an [Install] section, so \
          nothing would ever start it. Add one, or leave "enabled" out.\
          """
              .formatted(name));
    }
    for (String link : links) {
      declarations.add(
          new Declared(
              LinkKind.address(link),
              new LinkKind.Spec(FOLDER + name),
              "",
              Role.ENABLEMENT,
              List.of(Observer.DAEMON_RELOAD),
              origin));
    }
  }

  /** Returns the links that {@code systemctl enable} would make (systemd.unit(5), [Install]). */
  static List<String> installLinks(String name, String text) {
    List<String> links = new ArrayList<>();
    boolean install = false;
    for (String line : text.split("\n", -1)) {
      String stripped = line.strip();
      if (stripped.startsWith("[")) {
        install = stripped.equals("[Install]");
      } else if (install && stripped.contains("=")) {
        String key = stripped.substring(0, stripped.indexOf('=')).strip();
        String[] words = stripped.substring(stripped.indexOf('=') + 1).strip().split("\\s+", -1);
        for (String word : words) {
          addLink(key, word, name, links);
        }
      }
    }
    return links;
  }

  private static void addLink(String key, String word, String name, List<String> links) {
    if (!TextFormat.UNIT_NAME.accepts(word)) {
      return;
    }
    switch (key) {
      case "WantedBy" -> links.add(FOLDER + word + ".wants/" + name);
      case "RequiredBy" -> links.add(FOLDER + word + ".requires/" + name);
      case "Alias" -> links.add(FOLDER + word);
      default -> {}
    }
  }
}
