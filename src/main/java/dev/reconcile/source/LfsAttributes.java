// SPDX-License-Identifier: Apache-2.0
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
 * The files of a commit that have {@code filter=lfs} in the {@code .gitattributes} of their folder
 * or of a folder above it (gitattributes(5)). Settings of the machine are ignored, so that a commit
 * means the same everywhere.
 */
final class LfsAttributes {
  /** The name of the file that holds a folder's attributes. */
  static final String FILE = ".gitattributes";

  /** The largest file of attributes that is read, in bytes. */
  static final int MOST_BYTES = 1 << 20;

  /** No file has the attribute. */
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
   * Returns these attributes with those of a folder below added.
   *
   * @param path the folder, from the commit's root
   * @param text the content of its file of attributes
   */
  LfsAttributes with(String path, byte[] text) {
    List<AttributesRule> here = new ArrayList<>();
    Map<String, List<Attribute>> known = new HashMap<>(macros);
    for (String line : new String(text, StandardCharsets.UTF_8).split("\n", -1)) {
      Matcher parts = LINE.matcher(line.strip());
      if (parts.matches()) {
        String pattern = String.valueOf(parts.group(1));
        List<Attribute> attributes =
            new AttributesRule("*", String.valueOf(parts.group(2))).getAttributes();
        if (!pattern.startsWith(MACRO)) {
          here.add(new AttributesRule(unquoted(pattern), String.valueOf(parts.group(2))));
        } else if (path.isEmpty()) { // git reads macros in the root folder only
          known.put(pattern.substring(MACRO.length()).strip(), attributes);
        }
      }
    }
    return new LfsAttributes(this, path, here, known);
  }

  private static String unquoted(String pattern) {
    return pattern.startsWith("\"") ? QuotedString.GIT_PATH.dequote(pattern) : pattern;
  }

  /** Tells whether a file, by its path from the commit's root, has {@code filter=lfs}. */
  boolean isLfs(String path) {
    return filter(path).equals("lfs");
  }

  /** The filter of a file, by its path from the commit's root; empty if it has none. */
  String filter(String path) {
    Map<String, Attribute> decided = new HashMap<>();
    for (LfsAttributes level = this; level != null; level = level.above) {
      String inside = level.folder.isEmpty() ? path : path.substring(level.folder.length() + 1);
      for (AttributesRule rule : level.rules.reversed()) {
        if (rule.isMatch(inside, false)) {
          decide(rule.getAttributes(), decided);
        }
        if (decided.containsKey(FILTER)) {
          String value = decided.get(FILTER).getValue();
          return value == null ? "" : value;
        }
      }
    }
    return "";
  }

  // As git does (attr.c): the nearest rule wins, within a line the last attribute wins, and a macro
  // is expanded only if no nearer rule sets the macro itself.
  private void decide(List<Attribute> attributes, Map<String, Attribute> decided) {
    for (Attribute attribute : attributes.reversed()) {
      if (decided.putIfAbsent(attribute.getKey(), attribute) == null
          && attribute.getState() == Attribute.State.SET) {
        decide(macros.getOrDefault(attribute.getKey(), List.of()), decided);
      }
    }
  }
}
