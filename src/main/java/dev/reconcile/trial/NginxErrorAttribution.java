// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Change;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The attribution of nginx's messages to apps, as diagnostics. */
final class NginxErrorAttribution {
  private static final int MOST_LINKS = 20;

  private final Facts facts;
  private final NginxFiles files;

  NginxErrorAttribution(Facts facts, NginxFiles files) {
    this.facts = facts;
    this.files = files;
  }

  /** Returns the app that the message names; empty if it names none whose files change. */
  Optional<String> app(Overlay overlay, NginxMessage message) throws HostException {
    if (!message.file().isEmpty()) {
      return change(overlay, message.file()).map(Change::app).filter(app -> !app.isEmpty());
    }
    return suspects(overlay, message).stream().findFirst();
  }

  /** Returns the apps whose changed files contain a word that the message quotes. */
  SortedSet<String> suspects(Overlay overlay, NginxMessage message) {
    return overlay.changes().stream()
        .filter(change -> !change.app().isEmpty() && mentionsAny(change, message.quoted()))
        .map(Change::app)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean mentionsAny(Change change, List<String> words) {
    String text = Overlay.text(change).orElse("");
    return words.stream().anyMatch(text::contains);
  }

  /** Finds the change of the file, or of a link or file on the way to its target. */
  private Optional<Change> change(Overlay overlay, String file) throws HostException {
    String path = file;
    Optional<Change> found = Optional.empty();
    for (int links = 0; links < MOST_LINKS && !path.isEmpty(); links++) {
      Optional<Change> here = overlay.at(path);
      found = here.isPresent() && Overlay.after(here.get()).isPresent() ? here : found;
      Optional<String> target = overlay.linkAt(path);
      if (target.isEmpty() && here.isEmpty()) {
        target =
            facts.stat(path).filter(stat -> stat.type() == Stat.Type.LINK).isPresent()
                ? Optional.of(facts.readLink(path))
                : Optional.empty();
      }
      if (target.isEmpty()) {
        return found;
      }
      path = Path.of(path).resolveSibling(target.get()).normalize().toString();
    }
    return found;
  }

  /**
   * Finds the host's own change of the file that the message names, or of its link target; empty if
   * there is none.
   */
  Optional<Change> ofHost(Overlay overlay, NginxMessage message) throws HostException {
    return change(overlay, message.file()).filter(change -> change.app().isEmpty());
  }

  /** Describes the fault of an app's files. */
  Diagnostic fault(String app, Overlay overlay, NginxMessage message) throws HostException {
    Optional<Change> place =
        change(overlay, message.file()).filter(change -> change.app().equals(app));
    Optional<Origin> origin =
        place
            .or(() -> overlay.changes().stream().filter(c -> c.app().equals(app)).findFirst())
            .flatMap(Overlay::after)
            .map(Declared::origin);
    return new Diagnostic(
        Severity.ERROR,
        "Site refused by nginx",
        quoted(place, message)
            + others(message, app, overlay)
            + remedy(app, origin, new NginxAdvice(files).of(message)),
        origin);
  }

  /** Describes the fault of a change that belongs to no app. */
  Diagnostic faultOfHost(Change change, Overlay overlay, NginxMessage message)
      throws HostException {
    Optional<Change> place = ofHost(overlay, message).filter(change::equals);
    String path = Overlay.path(change);
    String advice = new NginxAdvice(files).of(message).map(text -> text + "\n").orElse("");
    String without =
        Overlay.after(change).isEmpty() ? "nginx reports this without %s. ".formatted(path) : "";
    return new Diagnostic(
        Severity.ERROR,
        "nginx configuration refused",
        "%s%s%s%sUntil it is fixed, %s stays as it is. All other changes are applied."
            .formatted(quoted(place, message), others(message, "", overlay), advice, without, path),
        Overlay.after(change).map(Declared::origin));
  }

  private static String quoted(Optional<Change> place, NginxMessage message) {
    return """
    nginx -t says of the planned configuration:
    %s%s\
    """
        .formatted(message.words().indent(4), Overlay.excerpt(place, message.line()));
  }

  // nginx reports that a name is used twice, but not in which files
  private String others(NginxMessage message, String app, Overlay overlay) throws HostException {
    if (!message.isConflict() || message.quoted().isEmpty()) {
      return "";
    }
    String name = Pattern.quote(message.quoted().getFirst());
    Pattern use = Pattern.compile("server_name\\s[^;]*(?<![\\w.*-])" + name + "(?![\\w.*-])");
    List<String> places = new ArrayList<>();
    for (Map.Entry<String, String> file : files.texts().entrySet()) {
      boolean read = !file.getKey().startsWith(NginxFiles.FOLDER + "/sites-available/");
      if (read && use.matcher(file.getValue()).find() && !isOf(app, overlay, file.getKey())) {
        places.add(file.getKey());
      }
    }
    return places.isEmpty()
        ? ""
        : "The same name is in %s. Two servers cannot share it.\n"
            .formatted(String.join(", ", places));
  }

  private boolean isOf(String app, Overlay overlay, String path) throws HostException {
    return change(overlay, path).filter(change -> change.app().equals(app)).isPresent();
  }

  private static String remedy(String app, Optional<Origin> origin, Optional<String> advice) {
    String mend =
        origin
            .map(
                place -> "Fix the site of %s in %s (or its template).".formatted(app, place.file()))
            .orElse(
                "%s is no longer in the desired state, but something else needs its site."
                    .formatted(app));
    String site =
        origin.map(place -> " (The app is %s, in %s.)".formatted(app, place.file())).orElse("");
    return advice.map(text -> text + site).orElse(mend) + " Until then " + app + " stays as it is.";
  }

  /**
   * Returns the change that a warning concerns: its file's, or one that has a word that it quotes.
   */
  Optional<Change> concerned(Overlay overlay, NginxMessage message) throws HostException {
    return message.file().isEmpty()
        ? overlay.changes().stream()
            .filter(change -> mentionsAny(change, message.quoted()))
            .findFirst()
        : change(overlay, message.file());
  }

  /**
   * Describes a warning of nginx.
   *
   * @param more further lines of the file with the same warning
   */
  Diagnostic warning(Overlay overlay, NginxMessage message, List<Integer> more)
      throws HostException {
    Optional<Change> place = concerned(overlay, message);
    String also =
        more.isEmpty()
            ? ""
            : "The same is in line %s.\n"
                .formatted(more.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    return new Diagnostic(
        Severity.WARNING,
        message.isOfATable() ? "nginx hash table too small" : "Warning of nginx",
        (quoted(place, message)
                + also
                + others(message, place.map(Change::app).orElse(""), overlay)
                + new NginxAdvice(files).of(message).orElse(""))
            .stripTrailing(),
        place.flatMap(Overlay::after).map(Declared::origin));
  }
}
