package dev.reconcile.adopt;

import dev.reconcile.model.Rule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where an app's code and packages come from. Code stays where it is if it brings its list of
 * requirements; else it is copied into the tree with a list of what is installed now.
 *
 * <p>Invariant: no file goes into the tree that looks like secrets or like data; a secret in a line
 * of code is named.
 */
final class SourceKeys {
  private static final String REQUIREMENTS = "requirements.txt";

  private final Seen seen;
  private final Service service;
  private final Adoption.Draft draft;
  private final Findings findings;
  private final String name;
  private final Code code;
  private final Virtualenv virtualenv;

  SourceKeys(Seen seen, Service service, Adoption.Draft draft) {
    this.seen = seen;
    this.service = service;
    this.draft = draft;
    this.findings = draft.findings;
    this.name = service.name();
    this.code = seen.code().getOrDefault(name, NO_CODE);
    this.virtualenv = seen.virtualenvs().getOrDefault(name, NO_VIRTUALENV);
  }

  private static final Code NO_CODE =
      new Code(
          false,
          false,
          false,
          List.of(),
          false,
          "",
          List.of(),
          List.of(),
          java.util.Optional.empty());
  private static final Virtualenv NO_VIRTUALENV =
      new Virtualenv(false, "", List.of(), List.of(), List.of());

  void put(Map<String, Object> keys) {
    String directory = service.directory();
    Place place = Place.of(directory);
    boolean shared =
        seen.services().stream()
            .anyMatch(other -> !other.equals(service) && overlaps(other.directory(), directory));
    boolean stays = code.hasRequirements() && !code.isOpen() && !code.isManaged();
    boolean copied = !stays && !shared && code.isThere() && code.unfit().isEmpty();
    if (copied) {
      copy(keys, place);
    } else {
      keys.put("source", Map.of("path", directory));
      findings.taken(name, "its code stays in " + directory + ".", place);
    }
    if (!code.isThere()) {
      findings.question(name, directory + " is not there.", service.exec());
    }
    code.origin()
        .filter(Rule.GIT_URL::accepts)
        .ifPresent(url ->
            findings.question(
                name,
                "Its code is a clone of "
                    + url
                    + ". To have reconcile follow that, write source: {git: \""
                    + url
                    + "\", ref: BRANCH}, once what it needs is there too.",
                place));
    if (!code.data().isEmpty()) {
      findings.question(
          name,
          "It seems to keep data in its code: "
              + String.join(", ", code.data())
              + ". The new unit makes /usr read-only, and www-data may write nothing there. Move"
              + " the data to a directory of its own before you apply.",
          place);
    }
    venv(keys, !copied && !stays);
  }

  private static boolean overlaps(String a, String b) {
    return (a + "/").startsWith(b + "/") || (b + "/").startsWith(a + "/");
  }

  private void copy(Map<String, Object> keys, Place place) {
    String folder = "src/" + name;
    keys.put("source", Map.of("folder", folder));
    String usual = "/usr/share/nginx/" + name;
    String target = holdsSocket() ? usual : service.directory();
    if (!target.equals(usual)) {
      keys.put("directory", target);
    }
    draft.copies.put(folder, service.directory());
    findings.taken(
        name, "its code, copied from " + service.directory() + " to " + folder + ".", place);
    if (!code.isManaged()) {
      String from = holdsSocket() ? ", not " + service.directory() + ", where its socket is" : "";
      findings.improvement(
          name, target + " becomes a link to what the commit says" + from + ".", place);
    }
    for (Place secret : code.secrets()) {
      findings.question(
          name,
          "A secret stands in the code, and so in the tree. Read it from the environment instead,"
              + " and see secrets: in the manual.",
          secret);
    }
    if (!code.hasRequirements()) {
      draft.files.put(folder + "/" + REQUIREMENTS, requirements());
      findings.improvement(
          name, folder + "/" + REQUIREMENTS + " lists what is installed now.", venvPlace());
    }
  }

  // Until nginx asks the new socket it needs the old one where it is.
  private boolean holdsSocket() {
    return !service.isReplaced()
        && service.addresses().stream()
            .anyMatch(address -> address.startsWith("unix:" + service.directory() + "/"));
  }

  private String requirements() {
    return String.join("", virtualenv.installed().stream().map(line -> line + "\n").toList());
  }

  private Place venvPlace() {
    return Place.of(service.venv().orElse(service.directory()));
  }

  private void venv(Map<String, Object> keys, boolean listed) {
    Map<String, Object> venv = new LinkedHashMap<>();
    if (!service.venvInTree().equals("/opt/py_envs/" + name)) {
      venv.put("directory", service.venvInTree());
    }
    if (!virtualenv.python().isEmpty()) {
      venv.put("python", virtualenv.python());
    }
    if (listed) {
      venv.put("requirements", REQUIREMENTS);
      list();
    }
    if (!venv.isEmpty()) {
      keys.put("venv", venv);
    }
    if (!virtualenv.isThere() && !code.hasRequirements()) {
      findings.question(
          name,
          "It has no virtualenv to take its packages from: write down what it needs, in "
              + REQUIREMENTS
              + ".",
          service.exec());
    }
    unlisted();
    for (String local : virtualenv.local()) {
      findings.question(
          name, local + " was installed from a directory: it is not in the list.", venvPlace());
    }
    boolean managed = code.isManaged() || service.isManaged();
    if (virtualenv.isThere() && !managed) {
      findings.improvement(
          name,
          service.venvInTree() + " is built anew, from the list of requirements.",
          venvPlace());
    }
  }

  // What was installed by hand is missing from a virtualenv that is built from the list.
  private void unlisted() {
    List<String> names =
        virtualenv.roots().stream()
            .filter(root -> code.hasRequirements() && !code.required().contains(root))
            .filter(root -> !root.equals("gunicorn"))
            .toList();
    if (!names.isEmpty()) {
      findings.question(
          name,
          String.join(", ", names)
              + " was installed and is not in "
              + REQUIREMENTS
              + ": add it, if the app needs it.",
          Place.of(service.directory() + "/" + REQUIREMENTS));
    }
  }

  // The list has to be put where the code is, which only a person may do.
  private void list() {
    if (!code.unfit().isEmpty()) {
      findings.left(
          name,
          "Its code is not copied into the tree: " + code.unfit() + ".",
          Place.of(service.directory()));
    }
    String target = service.directory() + "/" + REQUIREMENTS;
    if (code.hasRequirements() && code.isOpen()) {
      findings.question(
          name,
          "The app's user could change " + target + ", which root installs: make it root's.",
          Place.of(target));
      draft.before.add(
          "chown root: "
              + service.directory()
              + " "
              + target
              + " && chmod go-w "
              + service.directory()
              + " "
              + target);
    } else if (!code.hasRequirements()) {
      String file = "files/" + name + "-" + REQUIREMENTS;
      draft.files.put(file, requirements());
      draft.before.add("cp " + file + " " + target);
      findings.question(
          name, "Its code has no " + REQUIREMENTS + ": put " + file + " there.", Place.of(target));
    }
  }
}
