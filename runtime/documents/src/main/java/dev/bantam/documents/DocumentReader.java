package dev.bantam.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads a kind of YAML document that a JSON Schema describes, and reports every problem with file
 * and line. Immutable; any thread.
 */
public final class DocumentReader {

  /** Holds JSON Schema's own schema, which takes long to read. */
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final JsonNode schemaJson;
  private final Schema schema;

  /**
   * @param resource the schema on the class path, e.g. {@code /device-profiles/x.schema.json}
   */
  public DocumentReader(String resource) {
    try (InputStream in = DocumentReader.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks the resource " + resource);
      }
      schemaJson = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    schema = REGISTRY.getSchema(schemaJson);
  }

  /** Reads a file and checks it against the schema. */
  public Document read(Path file) {
    String name = file.toString();
    try {
      if (Files.size(file) > 4L * YamlParser.MAX_CHARACTERS) {
        return invalid(name, "the file is larger than 4 MiB; it cannot be what was meant");
      }
      return read(name, decode(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return invalid(name, "there is no such file");
    } catch (CharacterCodingException e) {
      return invalid(name, "the file is not valid UTF-8; save it as UTF-8");
    } catch (IOException e) {
      return invalid(name, "the file cannot be read: " + e);
    }
  }

  /**
   * Checks a document's text against the schema.
   *
   * @param file for messages
   */
  public Document read(String file, String text) {
    ReadResult<YamlTree> parsed = YamlParser.parse(file, text);
    if (parsed instanceof ReadResult.Invalid<YamlTree> invalid) {
      return new Document(Optional.empty(), invalid.problems());
    }
    YamlTree tree = ((ReadResult.Valid<YamlTree>) parsed).value();
    return new Document(
        Optional.of(tree),
        schema.validate(tree.root()).stream()
            .map(error -> SchemaProblem.of(error, schemaJson, tree))
            .toList());
  }

  private static String decode(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static Document invalid(String file, String message) {
    return new Document(Optional.empty(), List.of(new Problem(file, 1, "", message)));
  }
}
