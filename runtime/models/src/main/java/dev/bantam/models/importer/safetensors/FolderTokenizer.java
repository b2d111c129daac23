package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.source.EndTokens;
import dev.bantam.models.importer.source.SourceTokenizer;
import dev.bantam.models.store.BlobWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The tokenizer of a folder: {@code tokenizer.json} as it stands, and the files about it. */
public final class FolderTokenizer {

  private static final long MAX_CONFIG = 16L << 20;
  private static final int COPY_BYTES = 1 << 18;

  private final Path folder;
  private final TransformersConfig config;
  private final JsonNode settings;
  private final Optional<String> bosText;
  private final Optional<String> eosText;
  private final TokenizerScan scan;

  private FolderTokenizer(Path folder, TransformersConfig config) throws ModelException {
    this.folder = folder;
    this.config = config;
    this.settings =
        JsonFile.readIfPresent(folder.resolve(ModelFolder.TOKENIZER_CONFIG), MAX_CONFIG)
            .map(JsonNode.class::cast)
            .orElse(MissingNode.getInstance());
    this.bosText = tokenText("bos_token");
    this.eosText = tokenText("eos_token");
    Set<String> wanted = new HashSet<>(EndTokens.ALL);
    bosText.ifPresent(wanted::add);
    eosText.ifPresent(wanted::add);
    this.scan = TokenizerScan.of(folder.resolve(ModelFolder.TOKENIZER), wanted, TokenizerScan.BPE);
  }

  /**
   * @param config of the model, for the ids of its first and last tokens
   */
  public static SourceTokenizer read(Path folder, TransformersConfig config) throws ModelException {
    return new FolderTokenizer(folder, config).tokenizer();
  }

  private SourceTokenizer tokenizer() throws ModelException {
    Optional<Integer> bos = bosText.flatMap(scan::id);
    if (bos.isEmpty()) {
      bos = config.wholes("bos_token_id").stream().findFirst().flatMap(this::inVocabulary);
    }
    Set<Integer> stops = stops();
    return new SourceTokenizer(
        target -> copy(folder.resolve(ModelFolder.TOKENIZER), target),
        bos,
        bos.isPresent() && addsBos(),
        List.copyOf(stops),
        bosText.isPresent() ? bosText : bos.flatMap(scan::content),
        eosText.isPresent() ? eosText : stops.stream().findFirst().flatMap(scan::content),
        chatTemplate());
  }

  private boolean addsBos() {
    JsonNode said = settings.path("add_bos_token");
    return said.isBoolean()
        ? said.booleanValue()
        : scan.firstToken().isPresent() && scan.firstToken().equals(bosText);
  }

  /** Every id that any of the files calls an end, and the ends that any family has. */
  private Set<Integer> stops() throws ModelException {
    Set<Integer> stops = new TreeSet<>();
    eosText.flatMap(scan::id).ifPresent(stops::add);
    config.wholes("eos_token_id").forEach(id -> inVocabulary(id).ifPresent(stops::add));
    Path generation = folder.resolve(ModelFolder.GENERATION_CONFIG);
    if (Files.exists(generation)) {
      TransformersConfig.read(generation)
          .wholes("eos_token_id")
          .forEach(id -> inVocabulary(id).ifPresent(stops::add));
    }
    for (String end : EndTokens.ALL) {
      scan.id(end).filter(id -> scan.isSpecial(end)).ifPresent(stops::add);
    }
    return stops;
  }

  /** Files name ids that a smaller vocabulary does not have; such a token never comes. */
  private Optional<Integer> inVocabulary(long id) {
    long size = config.node().path("vocab_size").asLong(Integer.MAX_VALUE);
    return id >= 0 && id < size ? Optional.of((int) id) : Optional.empty();
  }

  /** A token's text: a string, or an object with its {@code content}. */
  private Optional<String> tokenText(String key) {
    JsonNode value = settings.path(key);
    JsonNode text = value.isObject() ? value.path("content") : value;
    return text.isTextual() ? Optional.of(text.textValue()) : Optional.empty();
  }

  /** In a file of its own, or one string, or a list of named ones. */
  private Optional<String> chatTemplate() throws ModelException {
    Path file = folder.resolve(ModelFolder.CHAT_TEMPLATE);
    if (Files.exists(file)) {
      return Optional.of(text(file));
    }
    JsonNode template = settings.path("chat_template");
    if (template.isTextual()) {
      return Optional.of(template.textValue());
    }
    Optional<String> first = Optional.empty();
    for (JsonNode named : template) {
      if (named instanceof ObjectNode && named.path("template").isTextual()) {
        if (named.path("name").asText().equals("default")) {
          return Optional.of(named.path("template").textValue());
        }
        first = first.or(() -> Optional.of(named.path("template").textValue()));
      }
    }
    return first;
  }

  private static String text(Path file) throws ModelException {
    try {
      if (Files.size(file) > MAX_CONFIG) {
        throw FolderErrors.malformed(file, "size", "no template is that long");
      }
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FolderErrors.failedRead(file, e);
    }
  }

  /** Appends a file as it stands. */
  static void copy(Path file, BlobWriter target) throws ModelException {
    ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
    try (FileChannel channel = FileChannel.open(file)) {
      while (channel.read(buffer) >= 0) {
        target.write(buffer.flip());
        buffer.clear();
      }
    } catch (IOException e) {
      throw FolderErrors.failedRead(file, e);
    }
  }
}
