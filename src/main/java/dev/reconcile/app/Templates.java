// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Origin;
import dev.reconcile.model.ShippedFile;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The templates of units and sites. A template of the repo replaces the built-in one of the same
 * name. A value that a template names but that is not given is an error, never an empty text.
 */
public final class Templates {
  /** The template of an app's site. */
  public static final String SITE = "site.conf";

  private final TemplateFiles files;
  private final Map<String, Template> compiled = new HashMap<>();

  /** The source of the repo's own templates. */
  public interface TemplateFiles {
    /** Returns the text of {@code templates/name}, if the repo has it. */
    Optional<String> template(String name);
  }

  /** A template that cannot be used; the message has the reason and the line. */
  public static final class TemplateException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Origin origin;

    TemplateException(Origin origin, String message) {
      super(message);
      this.origin = origin;
    }

    /** Returns the template's file and line. */
    public Origin origin() {
      return origin;
    }
  }

  /** Creates templates in which those of {@code files} replace the built-in ones. */
  public Templates(TemplateFiles files) {
    this.files = files;
  }

  /**
   * Returns the text that a template makes of values.
   *
   * @throws TemplateException if there is no such template, it is malformed or needs a value that
   *     is not given
   */
  public String render(String name, Map<String, Object> values) throws TemplateException {
    try {
      return marked(template(name).execute(values));
    } catch (MustacheException.Context e) {
      throw new TemplateException(
          new Origin("templates/" + name, e.lineNo, 0, ""),
          "The template asks for {{%s}}, which is not among its values: %s."
              .formatted(e.key, String.join(", ", values.keySet().stream().sorted().toList())));
    } catch (RuntimeException e) {
      throw new TemplateException(Origin.of("templates/" + name), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Parses a template without values.
   *
   * @throws TemplateException if there is no such template, or it is malformed
   */
  void check(String name) throws TemplateException {
    template(name);
  }

  /** Returns whether a template is built in and the repo does not replace it. */
  boolean isBuiltIn(String name) {
    return files.template(name).isEmpty();
  }

  /** Returns whether a template names a value; true if the template cannot be read. */
  boolean uses(String name, String value) {
    try {
      return Pattern.compile("\\{\\{[#^&{]?\\s*" + Pattern.quote(value) + "\\s*}")
          .matcher(text(name))
          .find();
    } catch (TemplateException _) {
      return true; // rendering reports it
    }
  }

  /** Returns whether the template's text contains a word; true if the template cannot be read. */
  boolean contains(String name, String word) {
    try {
      return text(name).contains(word);
    } catch (TemplateException _) {
      return true; // rendering reports it
    }
  }

  // The mark is added after rendering: as a line of the template it would move the lines that
  // messages name.
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
      // strictSections makes a misspelt {{#section}} an error too. Nothing is escaped for HTML.
      return Mustache.compiler()
          .escapeHTML(false)
          .emptyStringIsFalse(true)
          .strictSections(true)
          .compile(text);
    } catch (RuntimeException e) {
      // The compiler throws other exceptions too: an empty {{}} is an index out of bounds.
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
    Optional<String> shipped = new ShippedFile("/templates/" + name).find();
    if (shipped.isEmpty()) {
      throw new TemplateException(
          Origin.of("templates/" + name), "There is no template of this name in templates/.");
    }
    return shipped.get();
  }
}
