package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads the JSON files of a model's folder, within bounds: they come from strangers. */
final class JsonFile {

  /** Parses within bounds of depth and length; doubled keys are errors. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(100)
                  .maxNameLength(1 << 13)
                  .maxStringLength(1 << 22)
                  .maxNumberLength(100)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonFile() {}

  /**
   * An object from a file that must be there.
   *
   * @param maxBytes a larger file is refused unread
   */
  static ObjectNode read(Path file, long maxBytes) throws ModelException {
    if (readAny(file, maxBytes) instanceof ObjectNode object) {
      return object;
    }
    throw FolderErrors.malformed(file, "JSON", "it is no object");
  }

  /** As {@link #read}, a list. */
  static ArrayNode readList(Path file, long maxBytes) throws ModelException {
    if (readAny(file, maxBytes) instanceof ArrayNode list) {
      return list;
    }
    throw FolderErrors.malformed(file, "JSON", "it is no list");
  }

  private static JsonNode readAny(Path file, long maxBytes) throws ModelException {
    try {
      long size = Files.size(file);
      if (size > maxBytes) {
        throw FolderErrors.malformed(
            file, "size", "it has %d bytes; at most %d are read".formatted(size, maxBytes));
      }
      return MAPPER.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** As {@link #read}; empty if there is no such file. */
  static Optional<ObjectNode> readIfPresent(Path file, long maxBytes) throws ModelException {
    return Files.exists(file) ? Optional.of(read(file, maxBytes)) : Optional.empty();
  }

  /** The exception for what parsing a file has come to: bad JSON, bad text, or a failed read. */
  static ModelException failure(Path file, IOException e) {
    if (e instanceof CharConversionException) {
      return FolderErrors.malformed(file, "text", "it is no UTF-8");
    }
    return e instanceof JsonProcessingException json
        ? malformed(file, json)
        : FolderErrors.failedRead(file, e);
  }

  private static ModelException malformed(Path file, JsonProcessingException e) {
    String where =
        e.getLocation() == null
            ? "JSON"
            : "line %d, column %d"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return FolderErrors.malformed(file, where, firstLine(e.getOriginalMessage()));
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("");
    return line.length() <= 200 ? line : line.substring(0, 200) + "...";
  }
}
