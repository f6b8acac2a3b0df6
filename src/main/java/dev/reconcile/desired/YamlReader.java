// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.desired;

import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Value;
import dev.reconcile.model.Value.Scalar;
import dev.reconcile.model.Value.ScalarType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * A reader of YAML 1.2 (core schema) whose values know their position. It treats tags, duplicate
 * keys, more than a few aliases, deep nesting and large files as mistakes: a desired state needs
 * none of them, and each can hide something or exhaust the reader.
 */
public final class YamlReader {
  /** The largest size of a file in bytes. */
  public static final int MOST_BYTES = 1 << 20;

  private static final int MOST_VALUES = 50_000;
  private static final int DEEPEST = 20;

  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setAllowDuplicateKeys(true) // reported below, with the position
          .setAllowNonScalarKeys(true) // reported below, with the position
          .setAllowRecursiveKeys(false)
          .setSchema(new CoreSchema())
          .setMaxAliasesForCollections(50)
          .setCodePointLimit(MOST_BYTES)
          .setParseComments(false)
          .build();

  private final String file;
  private final List<String> lines;
  private final SecretLines secrets;
  private final List<Diagnostic> mistakes;
  private final Map<String, Origin> unusedAnchors = new LinkedHashMap<>();
  private final Set<String> anchors = new HashSet<>();
  private int values;

  private YamlReader(String file, String text, List<Diagnostic> mistakes) {
    this.file = file;
    this.lines = text.lines().toList();
    this.secrets = SecretLines.of(text, lines);
    this.mistakes = mistakes;
  }

  /**
   * Returns the map that a file contains.
   *
   * @param file its path, for messages
   * @param bytes its content, UTF-8
   * @param mistakes receives the mistakes
   * @return the map; empty if the file is no YAML map, and then there is a mistake
   */
  public static Optional<Value.Mapping> read(String file, byte[] bytes, List<Diagnostic> mistakes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      mistakes.add(
          Diagnostic.error(
              Origin.of(file), "Not UTF-8", "The file is not UTF-8 text. Save it as UTF-8."));
      return Optional.empty();
    }
    return new YamlReader(file, text, mistakes).read(text);
  }

  private Optional<Value.Mapping> read(String text) {
    try {
      Optional<Node> root = new Compose(SETTINGS).composeString(text);
      if (root.isEmpty()
          || (root.get() instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL))) {
        return Optional.of(new Value.Mapping(List.of(), Origin.of(file)));
      }
      Value value = convert(root.get(), 0);
      unusedAnchors.forEach(this::warnOf);
      if (value instanceof Value.Mapping mapping) {
        return Optional.of(mapping);
      }
      error(
          value.origin(),
          "Wrong type",
          "The file must hold a map (key: value), not " + value.describe() + ".");
    } catch (ReaderException e) {
      error(
          origin(text, e.getPosition()),
          "Invalid YAML",
          String.format(
              """
              The character U+%04X is not allowed here. Write it as an escape in \
              double quotes, or remove it.\
              """,
              e.getCodePoint()));
    } catch (MarkedYamlEngineException e) {
      Optional<YamlHint> hint = YamlHint.of(lines, e);
      Origin place =
          hint.map(found -> place(found.line(), found.column()))
              .or(() -> e.getProblemMark().map(this::origin))
              .orElse(Origin.of(file));
      error(place, "Invalid YAML", YamlHint.advice(e, hint));
    } catch (YamlEngineException e) {
      error(Origin.of(file), "Invalid YAML", YamlHint.sentence(String.valueOf(e.getMessage())));
    } catch (TooMuch e) {
      mistakes.add(Diagnostic.error(e.origin, "Too much YAML", e.text));
    } catch (StackOverflowError e) {
      error(Origin.of(file), "Too much YAML", "The file is nested too deeply to be read.");
    }
    return Optional.empty();
  }

  private Origin origin(String text, int position) {
    String before = text.substring(0, Math.min(position, text.length()));
    int line = (int) before.chars().filter(c -> c == '\n').count();
    int column = before.length() - before.lastIndexOf('\n') - 1;
    return place(line, column);
  }

  // Through aliases, a few lines can expand to a billion values, so each use of a value counts.
  private static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Origin origin;
    private final String text;

    TooMuch(Origin origin, String text) {
      super(text);
      this.origin = origin;
      this.text = text;
    }
  }

  private Value convert(Node node, int depth) {
    Origin origin = node.getStartMark().map(this::origin).orElse(Origin.of(file));
    values++;
    if (values > MOST_VALUES) {
      throw new TooMuch(
          origin,
          """
          The file stands for more than %s values (aliases are counted each time \
          they are used). Write less into one file.\
          """
              .formatted(MOST_VALUES));
    }
    if (node instanceof ScalarNode) {
      anchor(node, origin);
    }
    if (depth > DEEPEST) {
      throw new TooMuch(origin, "Values are nested more than " + DEEPEST + " deep here.");
    }
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar, origin);
      case SequenceNode sequence -> {
        checkTag(node, Tag.SEQ, origin);
        List<Value> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(convert(item, depth + 1));
        }
        yield new Value.Sequence(items, origin);
      }
      case MappingNode mapping -> {
        checkTag(node, Tag.MAP, origin);
        Optional<YamlHint> template = YamlHint.ofTemplate(lines, mapping);
        template.ifPresent(hint -> error(origin, "Invalid YAML", hint.advice()));
        yield template.isPresent()
            ? new Scalar("", ScalarType.TEXT, origin)
            : mapping(mapping, origin, depth);
      }
      default -> new Scalar("", ScalarType.NOTHING, origin);
    };
  }

  // The composer returns the anchored node itself for an alias.
  private void anchor(Node node, Origin origin) {
    node.getAnchor()
        .map(Anchor::getValue)
        .ifPresent(name -> {
          if (anchors.add(name)) {
            unusedAnchors.put(name, origin);
          } else {
            unusedAnchors.remove(name);
          }
        });
  }

  private void warnOf(String anchor, Origin origin) {
    String detail =
        """
        &%1$s is no part of the text: it names what follows for *%1$s, which is \
        nowhere. If it is part of the text, put the text in quotes.\
        """
            .formatted(anchor);
    mistakes.add(Diagnostic.warning(origin, "Unused anchor", shown(origin, detail)));
  }

  private Value scalar(ScalarNode node, Origin origin) {
    String tag = node.getTag().getValue();
    ScalarType type =
        switch (tag) {
          case "tag:yaml.org,2002:str" -> ScalarType.TEXT;
          case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float" -> ScalarType.NUMBER;
          case "tag:yaml.org,2002:bool" -> ScalarType.FLAG;
          case "tag:yaml.org,2002:null" -> ScalarType.NOTHING;
          default -> {
            tagMistake(tag, origin);
            yield ScalarType.TEXT;
          }
        };
    YamlHint.ofEmptyBlock(lines, node)
        .ifPresent(hint -> error(origin, "Invalid YAML", hint.advice()));
    return new Scalar(node.getValue(), type, origin);
  }

  private void checkTag(Node node, Tag usual, Origin origin) {
    if (!node.getTag().equals(usual)) {
      tagMistake(node.getTag().getValue(), origin);
    }
  }

  private void tagMistake(String tag, Origin origin) {
    String written = tag.replace("tag:yaml.org,2002:", "!!");
    boolean own = !written.startsWith("!!");
    error(
        origin,
        "Unsupported YAML tag",
        "Write the value without %s%s"
            .formatted(written, own ? ", or put it in quotes if that is part of the text." : "."));
  }

  private Value.Mapping mapping(MappingNode node, Origin origin, int depth) {
    List<Value.Entry> entries = new ArrayList<>();
    Map<String, Origin> seen = new HashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Value key = convert(tuple.getKeyNode(), depth + 1);
      Value value = convert(tuple.getValueNode(), depth + 1);
      if (!(key instanceof Scalar scalar)) {
        error(key.origin(), "Wrong type", "A key must be a word, not " + key.describe() + ".");
        continue;
      }
      Origin first = seen.putIfAbsent(scalar.text(), key.origin());
      if (first != null) {
        String name = isSecret(key.origin()) ? SecretPaths.name(scalar.text()) : scalar.text();
        mistakes.add(
            Diagnostic.error(
                key.origin(),
                "Duplicate key",
                "\"%s\" is already set on line %s. Keep one of them."
                    .formatted(name, first.line())));
      } else {
        entries.add(new Value.Entry(scalar.text(), key.origin(), value));
      }
    }
    return new Value.Mapping(entries, origin);
  }

  private Origin origin(Mark mark) {
    return place(mark.getLine(), mark.getColumn());
  }

  private Origin place(int line, int column) {
    String excerpt = line < lines.size() && !secrets.has(line) ? lines.get(line) : "";
    return new Origin(file, line + 1, column + 1, excerpt.length() > 200 ? "" : excerpt);
  }

  private void error(Origin origin, String summary, String detail) {
    mistakes.add(Diagnostic.error(origin, summary, shown(origin, detail)));
  }

  private String shown(Origin origin, String detail) {
    return isSecret(origin) ? SecretLines.ADVICE : detail;
  }

  private boolean isSecret(Origin origin) {
    return secrets.has(origin.line() - 1);
  }
}
