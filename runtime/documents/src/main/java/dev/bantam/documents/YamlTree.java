package dev.bantam.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;

/**
 * A YAML document as a JSON tree that remembers its lines.
 *
 * @param file the file as the user named it
 * @param root the document
 * @param lines from JSON pointer to line, from 1: of a key where there is one, else of the value
 */
public record YamlTree(String file, JsonNode root, Map<String, Integer> lines) {

  /** A problem with the value at a JSON pointer; for one that is not there, with what holds it. */
  public Problem problem(String pointer, String message) {
    return new Problem(file, line(pointer), dotted(pointer), message);
  }

  /** The value at a JSON pointer; a {@link MissingNode} if there is none. */
  public JsonNode at(String pointer) {
    return root.at(pointer);
  }

  private int line(String pointer) {
    String nearest = pointer;
    while (!lines.containsKey(nearest) && nearest.contains("/")) {
      nearest = nearest.substring(0, nearest.lastIndexOf('/'));
    }
    return lines.getOrDefault(nearest, 1);
  }

  /** {@code slots.assistant.tasks[2]} for {@code /slots/assistant/tasks/2}. */
  private static String dotted(String pointer) {
    StringBuilder path = new StringBuilder();
    for (String token : pointer.split("/")) {
      if (token.matches("\\d+") && !path.isEmpty()) {
        path.append('[').append(token).append(']');
      } else if (!token.isEmpty()) {
        path.append(path.isEmpty() ? "" : ".").append(token.replace("~1", "/").replace("~0", "~"));
      }
    }
    return path.toString();
  }

  static String child(String pointer, String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }
}
