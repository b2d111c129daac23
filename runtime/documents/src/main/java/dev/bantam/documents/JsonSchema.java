package dev.bantam.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema (draft 2020-12) that a user wrote, for values. It stands for itself: references to
 * other documents are refused. Immutable; any thread.
 */
public final class JsonSchema {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final Schema schema;

  private JsonSchema(Schema schema) {
    this.schema = schema;
  }

  /**
   * Reads a schema.
   *
   * @param json maps, lists, texts, numbers, booleans and nulls
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static JsonSchema of(Object json) {
    JsonNode node = JSON.valueToTree(json);
    if (!node.isObject()) {
      throw new IllegalArgumentException("a JSON Schema is an object");
    }
    List<String> problems =
        REGISTRY
            .getSchema(SchemaLocation.of(SpecificationVersion.DRAFT_2020_12.getDialectId()))
            .validate(node)
            .stream()
            .map(JsonSchema::said)
            .toList();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("is no JSON Schema: " + String.join("; ", problems));
    }
    requireOwnReferences(node);
    return new JsonSchema(REGISTRY.getSchema(node));
  }

  /** Reads a schema from a JSON file. */
  public static JsonSchema read(Path file) throws IOException {
    return of(JSON.readValue(file.toFile(), Object.class));
  }

  private static void requireOwnReferences(JsonNode node) {
    for (String key : List.of("$ref", "$dynamicRef")) {
      String target = node.path(key).asText("#");
      if (!target.startsWith("#")) {
        throw new IllegalArgumentException(
            "refers to \"%s\"; only references within the schema are followed, such as #/$defs/name"
                .formatted(target));
      }
    }
    node.forEach(JsonSchema::requireOwnReferences);
  }

  /** What the schema does not allow in a value; empty if it is valid. */
  public List<String> problems(@Nullable Object value) {
    return schema.validate(JSON.<JsonNode>valueToTree(value)).stream()
        .map(JsonSchema::said)
        .toList();
  }

  private static String said(Error error) {
    String where = error.getInstanceLocation().toString();
    return (where.isEmpty() ? "" : where + ": ") + error.getMessage();
  }
}
