package dev.bantam.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Parses YAML that may be hostile: bounded in size, depth and, aliases counted out, in nodes. Plain
 * scalars follow YAML 1.2's core schema, so {@code no} is a word and not a boolean. Duplicate keys,
 * tags, and further documents are problems.
 */
final class YamlParser {

  static final int MAX_CHARACTERS = 1 << 20;
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NODES = 20_000;
  private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]{1,18}");
  private static final Pattern DECIMAL =
      Pattern.compile(
          "[-+]?(?:\\.[0-9]{1,30}|[0-9]{1,30}(?:\\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?");
  private static final Set<Tag> PLAIN_TAGS =
      Set.of(
          Tag.STR,
          Tag.INT,
          Tag.FLOAT,
          Tag.BOOL,
          Tag.NULL,
          Tag.MAP,
          Tag.SEQ,
          Tag.TIMESTAMP,
          Tag.MERGE);

  private final JsonNodeFactory json = JsonNodeFactory.instance;
  private final String file;
  private final Map<String, Integer> lines = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private int nodes;

  private YamlParser(String file) {
    this.file = file;
  }

  /**
   * @param file for messages
   */
  static ReadResult<YamlTree> parse(String file, String text) {
    return new YamlParser(file).parse(text);
  }

  private ReadResult<YamlTree> parse(String text) {
    try {
      Node root = new Yaml(bounds()).compose(new StringReader(text));
      JsonNode tree = root == null ? json.objectNode() : convert(root, "");
      lines.putIfAbsent("", 1);
      if (problems.isEmpty()) {
        return new ReadResult.Valid<>(new YamlTree(file, tree, Map.copyOf(lines)));
      }
    } catch (MarkedYAMLException e) {
      problems.add(problem(e.getProblemMark(), "", "this is no YAML: " + e.getProblem()));
    } catch (YAMLException e) {
      problems.add(new Problem(file, 1, "", "this is no YAML that can be read: " + e.getMessage()));
    } catch (TooMuch e) {
      problems.add(new Problem(file, 1, "", e.getMessage()));
    }
    return new ReadResult.Invalid<>(problems);
  }

  private static LoaderOptions bounds() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(MAX_NODES);
    return options;
  }

  private JsonNode convert(Node node, String pointer) {
    if (++nodes > MAX_NODES) {
      throw new TooMuch(
          "the document has more than %d values, aliases counted out; make it smaller"
              .formatted(MAX_NODES));
    }
    if (!PLAIN_TAGS.contains(node.getTag())) {
      problems.add(
          problem(
              node.getStartMark(),
              pointer,
              "the tag %s is not known; leave it out".formatted(node.getTag())));
      return json.nullNode();
    }
    if (!open.add(node)) {
      throw new TooMuch("an alias refers to what it stands in; write the values out");
    }
    lines.putIfAbsent(pointer, line(node.getStartMark()));
    JsonNode value = value(node, pointer);
    open.remove(node);
    return value;
  }

  private JsonNode value(Node node, String pointer) {
    if (node instanceof MappingNode mapping) {
      return object(mapping, pointer);
    }
    if (node instanceof SequenceNode sequence) {
      ArrayNode array = json.arrayNode();
      for (Node element : sequence.getValue()) {
        array.add(convert(element, pointer + "/" + array.size()));
      }
      return array;
    }
    return scalar((ScalarNode) node);
  }

  private ObjectNode object(MappingNode mapping, String pointer) {
    ObjectNode object = json.objectNode();
    for (NodeTuple entry : mapping.getValue()) {
      Mark mark = entry.getKeyNode().getStartMark();
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        problems.add(problem(mark, pointer, "a key must be a word"));
        continue;
      }
      String child = YamlTree.child(pointer, key.getValue());
      if (object.has(key.getValue())) {
        String message = "the key is there twice, first on line %d; remove one";
        problems.add(problem(mark, child, message.formatted(lines.getOrDefault(child, 1))));
        continue;
      }
      lines.put(child, line(mark));
      object.set(key.getValue(), convert(entry.getValueNode(), child));
    }
    return object;
  }

  private JsonNode scalar(ScalarNode node) {
    String text = node.getValue();
    if (node.getScalarStyle() != ScalarStyle.PLAIN) {
      return json.textNode(text);
    }
    if (INTEGER.matcher(text).matches()) {
      return json.numberNode(new BigInteger(text).longValueExact());
    }
    if (DECIMAL.matcher(text).matches()) {
      return json.numberNode(new BigDecimal(text).doubleValue());
    }
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> json.nullNode();
      case "true", "True", "TRUE" -> json.booleanNode(true);
      case "false", "False", "FALSE" -> json.booleanNode(false);
      default -> json.textNode(text);
    };
  }

  private Problem problem(Mark mark, String pointer, String message) {
    Problem inTree = new YamlTree(file, json.nullNode(), Map.of()).problem(pointer, message);
    return new Problem(file, line(mark), inTree.path(), message);
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  /** The document goes past a bound. */
  private static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooMuch(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
