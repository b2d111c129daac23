package dev.bantam.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.bantam.documents.DocumentReader;
import dev.bantam.documents.Problem;
import dev.bantam.documents.UntrustedJson;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A kind of document of the repository, with its JSON Schema. What a document has besides, which a
 * later Bantam may have written, is passed over.
 *
 * @param <T> what it says
 */
final class ModelDocument<T> {

  /** {@code release.json}. */
  static final ModelDocument<Release> RELEASE =
      new ModelDocument<>("release.json", Release.FORMAT, Release.class);

  /** {@code installed.json}. */
  static final ModelDocument<Installed> INSTALLED =
      new ModelDocument<>("installed.json", Installed.FORMAT, Installed.class);

  /** {@code bundle.json}. */
  static final ModelDocument<BundleContents> BUNDLE =
      new ModelDocument<>("bundle.json", BundleContents.FORMAT, BundleContents.class);

  /** No honest document is larger. */
  static final int MAX_BYTES = 1 << 20;

  private static final int PROBLEMS_SHOWN = 3;
  private static final int REMEMBERED = 1000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(new Jdk8Module())
          .build();

  private final String name;
  private final int format;
  private final Class<T> type;

  /** Digests of what was found to keep the schema: the same few are read again and again. */
  private final Set<String> valid = ConcurrentHashMap.newKeySet();

  private @Nullable DocumentReader schema;

  private ModelDocument(String name, int format, Class<T> type) {
    this.name = name;
    this.format = format;
    this.type = type;
  }

  /** The file's name. */
  String fileName() {
    return name;
  }

  /**
   * Reads a document.
   *
   * @param where names it in errors
   * @throws ModelException UNSUPPORTED if it is of a newer format; MALFORMED, with the places, if
   *     it does not keep its schema
   */
  T read(String where, byte[] content) throws ModelException {
    try {
      JsonNode tree = JSON.readTree(content);
      int found = tree.path("format").asInt();
      if (found > format) {
        throw new ModelException(
            Kind.UNSUPPORTED,
            "%s was written by a newer Bantam (format %d, this one reads up to %d); update Bantam, or remove the model and pull it again"
                .formatted(where, found, format));
      }
      requireValid(where, content);
      return JSON.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
      throw new ModelException(
          Kind.MALFORMED, "%s:%d: %s".formatted(where, line, UntrustedJson.words(e)), e);
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new ModelException(Kind.MALFORMED, "%s: %s".formatted(where, reason), e);
    }
  }

  private void requireValid(String where, byte[] content) throws ModelException {
    String digest = Sha256.of(content);
    if (valid.contains(digest)) {
      return;
    }
    String text = new String(content, StandardCharsets.UTF_8);
    List<Problem> problems = schema().read(where, text).problems();
    if (!problems.isEmpty()) {
      throw new ModelException(
          Kind.MALFORMED,
          problems.stream()
              .limit(PROBLEMS_SHOWN)
              .map(Problem::toString)
              .collect(Collectors.joining("; ")));
    }
    if (valid.size() < REMEMBERED) {
      valid.add(digest);
    }
  }

  /** Read with the first document: a command that reads none need not wait for it. */
  private synchronized DocumentReader schema() {
    if (schema == null) {
      schema = new DocumentReader("/dev/bantam/models/" + name.replace(".json", ".schema.json"));
    }
    return schema;
  }

  /** As it is written to disk. */
  byte[] write(T document) {
    try {
      return JSON.writeValueAsBytes(document);
    } catch (IOException e) {
      throw new IllegalArgumentException("not to be written: " + document, e);
    }
  }
}
