package dev.bantam.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import java.util.ArrayList;
import java.util.List;

/**
 * Says in a sentence what a schema validator found. Where a value has the wrong form, the sentence
 * takes the right one from the {@code description} of the schema that the value failed.
 */
final class SchemaProblem {

  private SchemaProblem() {}

  static Problem of(Error error, JsonNode schema, YamlTree tree) {
    String pointer = error.getInstanceLocation().toString();
    JsonNode rule = parentRule(error, schema);
    return switch (error.getKeyword()) {
      case "additionalProperties" -> {
        String key = String.valueOf(error.getProperty());
        yield tree.problem(
            YamlTree.child(pointer, key),
            "unknown key" + NearestName.hint(key, names(rule.path("properties"))));
      }
      case "required" -> {
        String key = String.valueOf(error.getProperty());
        String what = rule.path("properties").path(key).path("description").asText("");
        yield tree.problem(
            pointer, "\"%s\" is missing%s".formatted(key, what.isEmpty() ? "" : ": " + what));
      }
      case "enum" -> {
        String found = tree.at(pointer).asText();
        yield tree.problem(
            pointer,
            "\"%s\" is not known%s"
                .formatted(found, NearestName.hint(found, texts(rule.path("enum")))));
      }
      case "const" ->
          tree.problem(
              pointer,
              isNewer(pointer, rule, tree.at(pointer))
                  ? "written for a newer Bantam (format %s, this one reads %s); update Bantam, or write the file as format %s has it"
                      .formatted(tree.at(pointer), rule.get("const"), rule.get("const"))
                  : wrongForm(error, rule, tree.at(pointer)));
      case "uniqueItems" -> tree.problem(pointer, "the list names something twice; name each once");
      default -> tree.problem(pointer, wrongForm(error, rule, tree.at(pointer)));
    };
  }

  private static boolean isNewer(String pointer, JsonNode rule, JsonNode value) {
    return pointer.equals("/format")
        && value.isIntegralNumber()
        && value.longValue() > rule.path("const").asLong(Long.MAX_VALUE);
  }

  private static String wrongForm(Error error, JsonNode rule, JsonNode value) {
    String form = rule.path("description").asText("");
    if (form.isEmpty()) {
      return error.getMessage();
    }
    String found =
        value.isContainerNode() ? (value.isArray() ? "a list" : "a section") : value.toString();
    return "must be %s%s, but it is %s"
        .formatted(form, bounds(rule), value.isNull() ? "empty" : found);
  }

  private static String bounds(JsonNode rule) {
    if (!rule.path("type").asText().equals("integer")) {
      return "";
    }
    if (rule.has("minimum") && rule.has("maximum")) {
      return " from %s to %s".formatted(rule.get("minimum"), rule.get("maximum"));
    }
    return rule.has("minimum") ? " of at least %s".formatted(rule.get("minimum")) : "";
  }

  /** The schema object that holds the keyword that failed. */
  private static JsonNode parentRule(Error error, JsonNode schema) {
    String location = error.getSchemaLocation().toString();
    String pointer = location.substring(location.indexOf('#') + 1);
    int end = pointer.lastIndexOf('/');
    return end < 0 ? schema : schema.at(pointer.substring(0, end));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
