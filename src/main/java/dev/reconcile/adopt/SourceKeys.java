// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.model.Layout;
import dev.reconcile.model.TextFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The keys for the source of an app's code and packages. The code stays where it is, with its own
 * list of requirements or one in the tree, or is copied into the tree.
 *
 * <p>Invariant: no file that looks like secrets or data goes into the tree; a secret in a line of
 * code is reported. Code that somebody works in stays theirs.
 */
final class SourceKeys {
  private static final String REQUIREMENTS = Sourcing.REQUIREMENTS;

  private final FoundApp app;
  private final Sourcing sourcing;
  private final Adoption.Draft draft;
  private final AdoptionFindings findings;
  private final String name;
  private final CodeInventory code;
  private final Virtualenv virtualenv;
  private final SourceLocation directory;

  SourceKeys(HostInventory seen, FoundApp app, Sourcing sourcing, Adoption.Draft draft) {
    this.app = app;
    this.sourcing = sourcing;
    this.draft = draft;
    this.findings = draft.findings;
    this.name = app.name();
    this.code = seen.codeOf(app);
    this.virtualenv = seen.virtualenvOf(app);
    this.directory = SourceLocation.of(app.directory());
  }

  void put(Map<String, Object> keys) {
    if (sourcing.copied()) {
      copy(keys);
    } else {
      keys.put("source", Map.of("path", app.directory()));
      findings.taken(name, "its code stays in " + app.directory() + ".", directory);
      others();
    }
    code.origin()
        .filter(TextFormat.GIT_URL::accepts)
        .ifPresent(url ->
            findings.question(
                name,
                """
                Its code is a clone of %s. To have reconcile follow that, write source: \
                {git: "%s", ref: BRANCH}, once the repository has all that it needs.\
                """
                    .formatted(url, url),
                directory));
    venv(keys);
  }

  private void others() {
    List<OtherConfigFiles.Mention> others = sourcing.others();
    if (!others.isEmpty()) {
      findings.taken(
          name,
          "%s%s that folder, too: it stays as it is, with the virtualenv in it."
              .formatted(
                  others.stream()
                      .map(OtherConfigFiles.Mention::who)
                      .collect(Collectors.joining(", ")),
                  others.size() > 1 ? " name" : " names"),
          others.getFirst().place());
    }
    if (!code.data().isEmpty()) {
      findings.taken(
          name, "its data stays in its code: " + String.join(", ", code.data()) + ".", directory);
      findings.question(
          name,
          """
          Its code can come from a repository, and its data stays on the host: write data: [%s] \
          beside source.git or source.folder, set directory to %s, and apply with --take-over \
          --move-data.\
          """
              .formatted(String.join(", ", code.data()), app.directory()),
          directory);
    }
  }

  /**
   * Returns the directory of copied code on the host: the current one, unless there is a reason
   * against it.
   */
  private String target() {
    String usual = new Layout(name).code();
    return holdsSocket() || sourcing.moves() ? usual : app.directory();
  }

  private void copy(Map<String, Object> keys) {
    String folder = "src/" + name;
    keys.put("source", Map.of("folder", folder));
    String target = target();
    if (!target.equals(new Layout(name).code())) {
      keys.put("directory", target);
    }
    draft.copies.put(folder, app.directory());
    findings.taken(
        name, "its code, copied from " + app.directory() + " to " + folder + ".", directory);
    if (!code.isManaged()) {
      findings.improvement(
          name, target + " becomes a link to what the commit says" + instead() + ".", directory);
    }
    for (SourceLocation secret : code.secrets()) {
      findings.question(
          name,
          """
          The code, and so the tree, holds a secret. Read it from the \
          environment instead, and see secrets: in the manual.\
          """,
          secret);
    }
    if (!code.hasRequirements()) {
      draft.files.put(folder + "/" + REQUIREMENTS, requirements());
      findings.improvement(
          name, folder + "/" + REQUIREMENTS + " lists what is installed now.", venvPlace());
    }
  }

  private String instead() {
    if (sourcing.moves()) {
      return ", not %s, because %s cannot read %s"
          .formatted(app.directory(), sourcing.user(), code.closed());
    }
    return holdsSocket() ? ", not " + app.directory() + ", where its socket is" : "";
  }

  // nginx needs the old socket until it uses the new one.
  private boolean holdsSocket() {
    return !app.isReplaced()
        && app.addresses().stream()
            .anyMatch(address -> address.startsWith("unix:" + app.directory() + "/"));
  }

  private String requirements() {
    return String.join("", virtualenv.installed().stream().map(line -> line + "\n").toList());
  }

  private SourceLocation venvPlace() {
    return SourceLocation.of(
        virtualenv.directory().isEmpty() ? app.directory() : virtualenv.directory());
  }

  private void venv(Map<String, Object> keys) {
    Map<String, Object> venv = new LinkedHashMap<>();
    String place = sourcing.venv();
    if (!place.equals(new Layout(name).venv())) {
      venv.put("directory", place);
    }
    if (!virtualenv.python().isEmpty()) {
      venv.put("python", virtualenv.python());
    }
    if (!sourcing.copied()) {
      list(venv);
    }
    if (!venv.isEmpty()) {
      keys.put("venv", venv);
    }
    if (code.hasRequirements()) {
      unlisted();
    }
    for (String local : virtualenv.local()) {
      findings.question(
          name, local + " was installed from a directory: it is not in the list.", venvPlace());
    }
    if (!code.isManaged() && !app.isManaged()) {
      boolean same = virtualenv.directory().isEmpty() || virtualenv.directory().equals(place);
      findings.improvement(
          name,
          same
              ? place + " is built anew, from the list of requirements."
              : """
              has a virtualenv of its own, %s, built from the list of requirements; \
              %s stays as it is.\
              """
                  .formatted(place, virtualenv.directory()),
          venvPlace());
    }
  }

  // A missing list is added as a file of the tree, because nothing is written to the code's
  // directory.
  private void list(Map<String, Object> venv) {
    if (code.hasRequirements()) {
      return;
    }
    String file = "files/" + name + "-" + REQUIREMENTS;
    draft.files.put(file, requirements());
    venv.put("requirements", Map.of("source", file));
    findings.improvement(
        name,
        """
        its packages come from %s of the tree, because its code has no %s. It \
        has what is installed in %s%s.\
        """
            .formatted(
                file,
                REQUIREMENTS,
                virtualenv.directory(),
                virtualenv.directory().equals("/usr") ? " and its code imports" : ""),
        venvPlace());
  }

  // A virtualenv that is built from the list lacks packages that were installed by hand.
  private void unlisted() {
    List<String> names =
        virtualenv.roots().stream()
            .filter(root -> !code.required().contains(root))
            .filter(root -> !root.equals("gunicorn"))
            .toList();
    if (!names.isEmpty()) {
      findings.question(
          name,
          "%s was installed and is not in %s: add it, if the app needs it."
              .formatted(String.join(", ", names), REQUIREMENTS),
          SourceLocation.of(app.directory() + "/" + REQUIREMENTS));
    }
  }
}
