package dev.reconcile.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.AttributesRule;
import org.eclipse.jgit.util.QuotedString;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a commit have {@code filter=lfs}, by what the {@code .gitattributes} of their
 * folder and of those above say (gitattributes(5)). Settings of a machine do not count: a commit
 * means the same everywhere.
 */
final class LfsAttributes {
  /** The file in a folder that has its attributes. */
  static final String FILE = ".gitattributes";

  /** A file of attributes may not be longer. */
  static final int MOST_BYTES = 1 << 20;

  /** No file has it. */
  static final LfsAttributes NONE = new LfsAttributes(null, "", List.of(), Map.of());

  private static final String MACRO = "[attr]";
  private static final Pattern LINE =
      Pattern.compile("(?!#|!)(\"(?:[^\"\\\\]|\\\\.)*\"|\\[attr]\\s*\\S+|\\S+)\\s+(.*)");
  private static final String FILTER = "filter";

  private final @Nullable LfsAttributes above;
  private final String folder;
  private final List<AttributesRule> rules;
  private final Map<String, List<Attribute>> macros;

  private LfsAttributes(
      @Nullable LfsAttributes above,
      String folder,
      List<AttributesRule> rules,
      Map<String, List<Attribute>> macros) {
    this.above = above;
    this.folder = folder;
    this.rules = rules;
    this.macros = macros;
  }

  /**
   * With what a folder below says.
   *
   * @param path the folder, from the commit's root
   * @param text its file of attributes
   */
  LfsAttributes with(String path, byte[] text) {
    List<AttributesRule> here = new ArrayList<>();
    Map<String, List<Attribute>> known = new HashMap<>(macros);
    for (String line : new String(text, StandardCharsets.UTF_8).split("\n", -1)) {
      Matcher parts = LINE.matcher(line.strip());
      if (parts.matches()) {
        String pattern = String.valueOf(parts.group(1));
        List<Attribute> said =
            new AttributesRule("*", String.valueOf(parts.group(2))).getAttributes();
        if (!pattern.startsWith(MACRO)) {
          here.add(new AttributesRule(unquoted(pattern), String.valueOf(parts.group(2))));
        } else if (path.isEmpty()) { // git reads macros in the root folder only
          known.put(pattern.substring(MACRO.length()).strip(), said);
        }
      }
    }
    return new LfsAttributes(this, path, here, known);
  }

  private static String unquoted(String pattern) {
    return pattern.startsWith("\"") ? QuotedString.GIT_PATH.dequote(pattern) : pattern;
  }

  /** Whether a file, by its path from the commit's root, has {@code filter=lfs}. */
  boolean isLfs(String path) {
    Map<String, Attribute> decided = new HashMap<>();
    for (LfsAttributes one = this; one != null; one = one.above) {
      String inside = one.folder.isEmpty() ? path : path.substring(one.folder.length() + 1);
      for (AttributesRule rule : one.rules.reversed()) {
        if (rule.isMatch(inside, false)) {
          decide(rule.getAttributes(), decided);
        }
        if (decided.containsKey(FILTER)) {
          return "lfs".equals(decided.get(FILTER).getValue());
        }
      }
    }
    return false;
  }

  // As git does (attr.c): the nearest word counts, of one line the last, and a macro stands for
  // what
  // it was declared to be only if no nearer word says something else of the macro itself.
  private void decide(List<Attribute> attributes, Map<String, Attribute> decided) {
    for (Attribute attribute : attributes.reversed()) {
      if (decided.putIfAbsent(attribute.getKey(), attribute) == null
          && attribute.getState() == Attribute.State.SET) {
        decide(macros.getOrDefault(attribute.getKey(), List.of()), decided);
      }
    }
  }
}
