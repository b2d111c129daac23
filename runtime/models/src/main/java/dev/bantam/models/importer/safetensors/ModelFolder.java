package dev.bantam.models.importer.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of a model's folder, by the names that transformers gives them. */
public final class ModelFolder {

  public static final String CONFIG = "config.json";
  static final String GENERATION_CONFIG = "generation_config.json";
  static final String TOKENIZER = "tokenizer.json";
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** WordPiece's vocabulary, one piece a line. */
  static final String WORD_PIECES = "vocab.txt";

  /** Byte-level BPE's vocabulary and merges. */
  static final String VOCABULARY = "vocab.json";

  static final String MERGES = "merges.txt";

  /** sentence-transformers' files: its modules in order, and what each is told. */
  public static final String MODULES = "modules.json";

  public static final String POOLING_CONFIG = "1_Pooling/config.json";
  public static final String SENTENCE_CONFIG = "sentence_bert_config.json";
  public static final String SENTENCE_TRANSFORMERS_CONFIG = "config_sentence_transformers.json";

  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final long MAX_INDEX = 32L << 20;
  private static final long MAX_MODULES = 1 << 16;
  private static final int MAX_SHARDS = 1 << 10;

  private ModelFolder() {}

  /**
   * All files that an import reads.
   *
   * @throws ModelException {@code USAGE} if the folder lacks one that must be there, {@code
   *     MALFORMED} if its index makes no sense
   */
  public static List<Path> files(Path folder) throws ModelException {
    requireDescription(folder);
    List<Path> files = new ArrayList<>(descriptions(folder));
    files.addAll(weights(folder));
    return files;
  }

  /**
   * @throws ModelException {@code USAGE} if the folder lacks a file that describes the model
   */
  public static void requireDescription(Path folder) throws ModelException {
    require(folder, CONFIG, "a model's folder has one; for a GGUF give the file's path");
    boolean listed = isFile(folder, WORD_PIECES);
    boolean merged = isFile(folder, VOCABULARY) && isFile(folder, MERGES);
    if (!listed && !merged) {
      require(
          folder, TOKENIZER, "a model without it cannot be imported: save its tokenizer with it");
    }
  }

  /** The files that describe the model, weights apart; those that are there. */
  public static List<Path> descriptions(Path folder) {
    List<Path> files = new ArrayList<>();
    for (String name :
        List.of(
            CONFIG,
            GENERATION_CONFIG,
            TOKENIZER,
            TOKENIZER_CONFIG,
            CHAT_TEMPLATE,
            WORD_PIECES,
            VOCABULARY,
            MERGES,
            MODULES,
            POOLING_CONFIG,
            SENTENCE_CONFIG,
            SENTENCE_TRANSFORMERS_CONFIG)) {
      if (isFile(folder, name)) {
        files.add(folder.resolve(name));
      }
    }
    return files;
  }

  public static boolean hasConfig(Path folder) {
    return isFile(folder, CONFIG);
  }

  private static boolean isFile(Path folder, String name) {
    return Files.isRegularFile(folder.resolve(name));
  }

  /** The modules that sentence-transformers lists; none where there is no such file. */
  public static List<JsonNode> modules(Path folder) throws ModelException {
    Path file = folder.resolve(MODULES);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<JsonNode> modules = new ArrayList<>();
    JsonFile.readList(file, MAX_MODULES).forEach(modules::add);
    return modules;
  }

  /** Whether safetensors are there. */
  public static boolean hasWeights(Path folder) {
    return Files.exists(folder.resolve(WEIGHTS)) || Files.exists(folder.resolve(INDEX));
  }

  /** The files with tensors. */
  static List<Path> weights(Path folder) throws ModelException {
    if (Files.exists(folder.resolve(WEIGHTS))) {
      return List.of(folder.resolve(WEIGHTS));
    }
    if (!Files.exists(folder.resolve(INDEX))) {
      throw new ModelException(
          Kind.USAGE,
          "%s has neither %s nor %s, nor a graph (.onnx); convert other files"
              .formatted(folder, WEIGHTS, INDEX));
    }
    Set<String> names = new LinkedHashSet<>(placement(folder).values());
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      require(folder, name, "%s names it: fetch it too".formatted(INDEX));
      files.add(folder.resolve(name));
    }
    return files;
  }

  /** The file of each tensor, by the index; empty if there is one file only. */
  static Map<String, String> placement(Path folder) throws ModelException {
    if (Files.exists(folder.resolve(WEIGHTS))) {
      return Map.of();
    }
    Path index = folder.resolve(INDEX);
    JsonNode map = JsonFile.read(index, MAX_INDEX).path("weight_map");
    if (!(map instanceof ObjectNode object) || object.isEmpty()) {
      throw FolderErrors.malformed(index, "weight_map", "it is no object with names of files");
    }
    Map<String, String> placement = new java.util.LinkedHashMap<>();
    Set<String> files = new LinkedHashSet<>();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String file = entry.getValue().asText("");
      if (!file.matches("[A-Za-z0-9._-]{1,200}\\.safetensors")) {
        throw FolderErrors.malformed(index, "weight_map", "a value is no name of a shard");
      }
      files.add(file);
      placement.put(entry.getKey(), file);
    }
    if (files.size() > MAX_SHARDS) {
      throw FolderErrors.malformed(
          index, "weight_map", "it names %d files; at most %d".formatted(files.size(), MAX_SHARDS));
    }
    return placement;
  }

  private static void require(Path folder, String name, String advice) throws ModelException {
    if (!isFile(folder, name)) {
      throw new ModelException(Kind.USAGE, "%s has no file %s; %s".formatted(folder, name, advice));
    }
  }
}
