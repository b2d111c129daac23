package dev.bantam.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.Failures;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of small JSON files, each replaced whole and forced to disk.
 *
 * @param <T> a record; what a file has besides is {@code format}
 */
final class SmallDocuments<T> {

  private static final String FORMAT_KEY = "format";
  private static final int FORMAT = 1;
  private static final String SUFFIX = ".json";

  private static final ObjectMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Path folder;
  private final Class<T> type;
  private final String meaning;
  private final BlobStore blobs;

  /**
   * @param meaning what a file says, for errors, e.g. {@code which models a slot holds}
   */
  SmallDocuments(Path folder, Class<T> type, String meaning, BlobStore blobs) {
    this.folder = folder;
    this.type = type;
    this.meaning = meaning;
    this.blobs = blobs;
  }

  /**
   * @param key a file's name without its ending
   */
  void put(String key, T document) throws ModelException {
    ObjectNode content = JSON.createObjectNode().put(FORMAT_KEY, FORMAT);
    content.setAll(JSON.<ObjectNode>valueToTree(document));
    try (BlobStore.Work work = blobs.begin()) {
      blobs.replaceFile(work, file(key), JSON.writeValueAsBytes(content));
    } catch (IOException e) {
      throw new ModelException(Kind.IO, "cannot write " + file(key), e);
    }
  }

  private Path file(String key) {
    return folder.resolve(key + SUFFIX);
  }

  /** Whether there was one. */
  boolean remove(String key) throws ModelException {
    try {
      return Files.deleteIfExists(file(key));
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot remove %s: %s".formatted(file(key), Failures.reason(e)), e);
    }
  }

  Optional<T> find(String key) throws ModelException {
    return read(file(key));
  }

  /** All, by key; fails rather than miss one. */
  Map<String, T> all() throws ModelException {
    Map<String, T> all = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return all;
    }
    try (Stream<Path> listing = Files.list(folder)) {
      for (Path file : listing.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(SUFFIX)) {
          String key = name.substring(0, name.length() - SUFFIX.length());
          read(file).ifPresent(document -> all.put(key, document));
        }
      }
      return all;
    } catch (IOException e) {
      throw new ModelException(
          Kind.IO, "cannot list %s: %s".formatted(folder, Failures.reason(e)), e);
    }
  }

  /** Empty where the file is not there, or no longer. */
  private Optional<T> read(Path file) throws ModelException {
    try {
      if (JSON.readTree(file.toFile()) instanceof ObjectNode content) {
        if (content.path(FORMAT_KEY).asInt() > FORMAT) {
          throw new ModelException(
              Kind.UNSUPPORTED,
              "%s, which says %s, was written by a newer Bantam; update this one"
                  .formatted(file, meaning));
        }
        content.remove(FORMAT_KEY);
        return Optional.of(JSON.treeToValue(content, type));
      }
    } catch (NoSuchFileException | FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      throw damaged(file, e);
    }
    throw damaged(file, null);
  }

  private ModelException damaged(Path file, @Nullable Exception cause) {
    return new ModelException(
        Kind.CORRUPT,
        "%s, which says %s, is damaged; delete it, and say that again".formatted(file, meaning),
        cause);
  }
}
