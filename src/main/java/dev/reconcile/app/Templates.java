package dev.reconcile.app;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Origin;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The texts of units and sites. A template of the repo replaces the built-in one of the same name.
 * A value that a template names and nobody gives is an error, never an empty place.
 */
public final class Templates {
  /** The site of an app. */
  public static final String SITE = "site.conf";

  private final TemplateFiles files;
  private final Map<String, Template> compiled = new HashMap<>();

  /** Where the repo's own templates are read from. */
  public interface TemplateFiles {
    /** The text of {@code templates/name}, if the repo has it. */
    Optional<String> template(String name);
  }

  /** A template that cannot be used; the message says why and in which line. */
  public static final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Origin origin;

    TemplateException(Origin origin, String message) {
      super(message);
      this.origin = origin;
    }

    /** The template's file and line. */
    public Origin origin() {
      return origin;
    }
  }

  /** Templates with those of {@code files} before the built-in ones. */
  public Templates(TemplateFiles files) {
    this.files = files;
  }

  /**
   * The text that a template makes of values.
   *
   * @throws TemplateException if there is no such template, it is malformed or wants a value that
   *     is not given
   */
  public String render(String name, Map<String, Object> values) throws TemplateException {
    try {
      return marked(template(name).execute(values));
    } catch (MustacheException.Context e) {
      throw new TemplateException(
          new Origin("templates/" + name, e.lineNo, 0, ""),
          "The template asks for {{"
              + e.key
              + "}}, which is not among its values: "
              + String.join(", ", values.keySet().stream().sorted().toList())
              + ".");
    } catch (RuntimeException e) {
      throw new TemplateException(Origin.of("templates/" + name), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads a template without values.
   *
   * @throws TemplateException if there is no such template, or it is malformed
   */
  void check(String name) throws TemplateException {
    template(name);
  }

  /** Whether a template comes with reconcile and the repo has none in its place. */
  boolean isBuiltIn(String name) {
    return files.template(name).isEmpty();
  }

  /** Whether a template names a value; of one that is not there nothing is said. */
  boolean uses(String name, String value) {
    try {
      return Pattern.compile("\\{\\{[#^&{]?\\s*" + Pattern.quote(value) + "\\s*}")
          .matcher(text(name))
          .find();
    } catch (TemplateException _) {
      return true; // that is told when it is rendered
    }
  }

  /** Whether the template's text has a word. */
  boolean says(String name, String word) {
    try {
      return text(name).contains(word);
    } catch (TemplateException _) {
      return true; // that is told when it is rendered
    }
  }

  // a line of its own would move the lines that messages name, so it is added at the end
  private static String marked(String text) {
    return FileKind.isMarked(text.getBytes(StandardCharsets.UTF_8))
        ? text
        : "# " + FileKind.MARK + "\n" + text;
  }

  private Template template(String name) throws TemplateException {
    Template known = compiled.get(name);
    if (known != null) {
      return known;
    }
    Template made = compile(name, text(name));
    compiled.put(name, made);
    return made;
  }

  private static Template compile(String name, String text) throws TemplateException {
    try {
      // strictSections: a misspelt {{#section}} is an error too; nothing is escaped for HTML
      return Mustache.compiler()
          .escapeHTML(false)
          .emptyStringIsFalse(true)
          .strictSections(true)
          .compile(text);
    } catch (RuntimeException e) {
      // not only its own exceptions: an empty {{}} is an index out of bounds to it
      String why =
          e instanceof MustacheException
              ? String.valueOf(e.getMessage())
              : "a tag is empty, as in {{}}, or does not end.";
      throw new TemplateException(
          Origin.of("templates/" + name), "The template is malformed: " + why);
    }
  }

  private String text(String name) throws TemplateException {
    Optional<String> own = files.template(name);
    if (own.isPresent()) {
      return own.get();
    }
    try (InputStream in = Templates.class.getResourceAsStream("/templates/" + name)) {
      if (in == null) {
        throw new TemplateException(
            Origin.of("templates/" + name), "There is no template of this name in templates/.");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the template " + name + " cannot be read from the jar", e);
    }
  }
}
