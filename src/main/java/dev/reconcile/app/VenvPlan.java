package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Fingerprint;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an app's virtualenv is built of: the interpreter, and the requirements with what they
 * include.
 */
final class VenvPlan {
  private static final String STORE = "/var/lib/reconcile/venvs/";
  private static final int MOST_INCLUDES = 20;

  // pip's requirements file format: "-r FILE", "--requirement=FILE", "-c FILE", "--constraint FILE"
  private static final Pattern INCLUDE =
      Pattern.compile("^\\s*(?:-r|-c|--requirement|--constraint)[\\s=]*(\\S+)");

  private final Facts facts;
  private final Declarations declarations;

  VenvPlan(Facts facts, Declarations declarations) {
    this.facts = facts;
    this.declarations = declarations;
  }

  VenvKind.Spec spec(App app, Sources.Resolved code) throws HostException {
    App.Venv venv = app.venv();
    Optional<String> own = code.text(venv.requirements());
    if (own.isEmpty() && venv.required() && isThere(app.source())) {
      String detail =
          "The source of "
              + app.name()
              + " has no "
              + venv.requirements()
              + " at "
              + code.revision()
              + ".";
      if (app.source() instanceof App.Source.Folder) {
        declarations.error(venv.origin(), "No such requirements file", detail);
      } else {
        declarations.fault(app.name(), venv.origin(), "No such requirements file", detail);
      }
    }
    StringBuilder text = new StringBuilder();
    if (own.isPresent()) {
      collect(code, venv.requirements(), own.get(), text, new HashSet<>());
    }
    text.append("gunicorn\n");
    String interpreter = facts.program(venv.python()).orElse("");
    String home =
        STORE
            + app.name()
            + "/"
            + Fingerprint.of(venv.python() + "\n" + interpreter + "\n" + text).hex();
    String workingDirectory =
        app.source() instanceof App.Source.Existing existing
            ? existing.path()
            : AppResources.CHECKOUTS + "/" + app.name() + "/" + code.revision();
    return new VenvKind.Spec(
        venv.python(),
        interpreter,
        text.toString(),
        home,
        new VenvRecipe(
            app.name(),
            venv.python(),
            text.toString(),
            workingDirectory,
            own.isPresent() ? venv.requirements() : ""));
  }

  // What is missing as a whole is a warning of its own.
  private boolean isThere(App.Source source) throws HostException {
    return !(source instanceof App.Source.Existing existing)
        || facts.stat(existing.path()).isPresent();
  }

  // A file that requirements include is part of them: a change there must rebuild too.
  private static void collect(
      Sources.Resolved code, String path, String content, StringBuilder text, Set<String> seen) {
    if (!seen.add(path) || seen.size() > MOST_INCLUDES) {
      return;
    }
    text.append(content).append(content.endsWith("\n") || content.isEmpty() ? "" : "\n");
    String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/') + 1) : "";
    for (String line : content.lines().toList()) {
      Matcher include = INCLUDE.matcher(line);
      if (include.find()) {
        String name = "" + include.group(1);
        Optional<String> included = code.text(folder + name);
        included.ifPresent(more -> text.append("# ").append(name).append('\n'));
        included.ifPresent(more -> collect(code, folder + name, more, text, seen));
      }
    }
  }
}
