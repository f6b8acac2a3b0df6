package dev.reconcile.source;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.attributes.Attribute;
import org.eclipse.jgit.attributes.AttributesNode;
import org.eclipse.jgit.attributes.AttributesRule;
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
    AttributesNode node = new AttributesNode();
    try {
      node.parse(new ByteArrayInputStream(text));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
    Map<String, List<Attribute>> known = new HashMap<>(macros);
    if (path.isEmpty()) { // git reads macros in the root folder only
      for (AttributesRule rule : node.getRules()) {
        if (rule.getPattern().startsWith(MACRO)) {
          known.put(rule.getPattern().substring(MACRO.length()).strip(), rule.getAttributes());
        }
      }
    }
    return new LfsAttributes(this, path, node.getRules(), known);
  }

  /** Whether a file, by its path from the commit's root, has {@code filter=lfs}. */
  boolean isLfs(String path) {
    for (LfsAttributes one = this; one != null; one = one.above) {
      String inside = one.folder.isEmpty() ? path : path.substring(one.folder.length() + 1);
      for (AttributesRule rule : one.rules.reversed()) {
        Optional<Boolean> said =
            rule.getPattern().startsWith(MACRO) || !rule.isMatch(inside, false)
                ? Optional.empty()
                : one.filter(rule.getAttributes());
        if (said.isPresent()) {
          return said.get();
        }
      }
    }
    return false;
  }

  // of one line the last word counts, and a macro stands for what it was declared to be
  private Optional<Boolean> filter(List<Attribute> attributes) {
    for (Attribute attribute : attributes.reversed()) {
      if (attribute.getKey().equals(FILTER)) {
        return Optional.of("lfs".equals(attribute.getValue()));
      }
      List<Attribute> macro = macros.get(attribute.getKey());
      if (macro != null && attribute.getState() == Attribute.State.SET) {
        for (Attribute one : macro.reversed()) {
          if (one.getKey().equals(FILTER)) {
            return Optional.of("lfs".equals(one.getValue()));
          }
        }
      }
    }
    return Optional.empty();
  }
}
