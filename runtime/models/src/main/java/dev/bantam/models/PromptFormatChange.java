package dev.bantam.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.format.PromptFormats;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.ConfigJson;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.models.store.Failures;
import dev.bantam.spi.ModelFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Writes a prompt format into a variant's configuration, whose other files stay as they are. */
final class PromptFormatChange {

  private static final String KEY = "prompt_format";
  private static final String CHAT_TEMPLATE = "chat_template";

  private static final ObjectMapper JSON = new ObjectMapper();

  private PromptFormatChange() {}

  /**
   * @throws ModelException {@code USAGE} if the format is not known
   */
  static void requireKnown(String format) throws ModelException {
    if (!PromptFormats.isKnown(format)) {
      throw new ModelException(
          Kind.USAGE,
          "there is no prompt format \"%s\"; there are: %s, %s. A format of your own is named by the slot's setting prompt_format"
              .formatted(
                  format,
                  String.join(", ", PromptFormats.WITHOUT_TEMPLATE),
                  PromptFormats.TEMPLATE));
    }
  }

  /**
   * @param sink takes the changed configuration
   * @throws ModelException {@code USAGE} if the model is no decoder, or has no chat template where
   *     the format is that
   */
  static InstalledVariant of(
      InstalledVariant variant, String format, BlobStore blobs, BlobSink sink)
      throws ModelException {
    if (variant.promptFormat().equals(Optional.of(format))) {
      return variant;
    }
    Blob blob = variant.files().get(ModelFiles.CONFIG);
    if (blob == null) {
      throw noDecoder();
    }
    ObjectNode config = read(blobs.path(blob.sha256()));
    if (!config.has(ConfigJson.OF_DECODERS)) {
      throw noDecoder();
    }
    if (format.equals(PromptFormats.TEMPLATE) && !config.has(CHAT_TEMPLATE)) {
      throw noTemplate();
    }
    return variant.withPromptFormat(format, write(config.put(KEY, format), sink));
  }

  /** The exception for the format {@code template} where there is none. */
  static ModelException noTemplate() {
    return new ModelException(
        Kind.USAGE,
        "the model has no chat template, so its prompt format cannot be \"%s\"; there are: %s"
            .formatted(PromptFormats.TEMPLATE, String.join(", ", PromptFormats.WITHOUT_TEMPLATE)));
  }

  private static ModelException noDecoder() {
    return new ModelException(
        Kind.USAGE, "the model generates no text, so it has no prompt format; leave it out");
  }

  private static ObjectNode read(Path file) throws ModelException {
    try {
      if (JSON.readTree(file.toFile()) instanceof ObjectNode config) {
        return config;
      }
    } catch (IOException e) {
      throw new ModelException(
          Kind.CORRUPT, "cannot read %s: %s".formatted(file, Failures.reason(e)), e);
    }
    throw new ModelException(Kind.CORRUPT, "%s is no configuration".formatted(file));
  }

  private static Blob write(ObjectNode config, BlobSink sink) throws ModelException {
    try (BlobWriter writer = sink.open()) {
      writer.write(
          ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(config)));
      return writer.commit();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was read as JSON must be writable", e);
    }
  }
}
