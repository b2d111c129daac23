package dev.bantam.plugins.textgeneration;

import dev.bantam.format.PromptFormats;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where prompt files lie: those that belong to one format in a folder of its name, those for all
 * beside it; a site's own before the built-in ones. Immutable.
 *
 * @param overrides the site's folder, whose files replace the built-in ones of the same name
 */
record PromptFiles(Optional<Path> overrides) {

  /** Formats that the plugin brings. */
  static final List<String> BUILT_IN = PromptFormats.WITHOUT_TEMPLATE;

  /** The conversation's form for models without a chat template. */
  static final String CONVERSATION = "conversation.jinja";

  /** What is to know of a format beside its texts. */
  static final String FORMAT = "format.properties";

  /** The longest file that is read, in bytes. */
  private static final long MAX_BYTES = 100_000;

  /**
   * One file.
   *
   * @param name where it lies, for error messages
   */
  record Source(String name, String text) {}

  /** The file that holds a task's prompt. */
  static String fileOf(Task task) {
    return task.wireName() + ".jinja";
  }

  /**
   * Names all formats: the built-in ones and the site's folders.
   *
   * @throws TaskException if the site's folder cannot be read or has a file that nobody reads
   */
  Set<String> formats() throws TaskException {
    Set<String> formats = new TreeSet<>(BUILT_IN);
    if (overrides.isPresent()) {
      for (Path entry : entries(overrides.get())) {
        if (Files.isDirectory(entry)) {
          formats.add(String.valueOf(entry.getFileName()));
          checkNames(entry, FORMAT);
        }
      }
      checkNames(overrides.get(), CONVERSATION);
    }
    return formats;
  }

  /** A misspelt name would silently leave the built-in file in use. */
  private static void checkNames(Path folder, String another) throws TaskException {
    TreeSet<String> known = new TreeSet<>(List.of(CONVERSATION, another));
    for (Task task : Task.values()) {
      known.add(fileOf(task));
    }
    for (Path entry : entries(folder)) {
      String name = String.valueOf(entry.getFileName());
      if ((name.endsWith(".jinja") || name.endsWith(".properties")) && !known.contains(name)) {
        throw unusable(
            "%s: no prompt has that name; valid names are: %s"
                .formatted(entry, String.join(", ", known)),
            null);
      }
    }
  }

  private static List<Path> entries(Path folder) throws TaskException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    } catch (IOException e) {
      throw unusable("the prompt folder %s cannot be read: %s".formatted(folder, e), e);
    }
  }

  /**
   * Finds a file: the site's for the format, the site's for all, the built-in one for the format,
   * the built-in one for all.
   *
   * @param format a format's name; empty for the prompts that a model's own template goes around
   */
  Source find(String format, String file) throws TaskException {
    List<Path> candidates = new ArrayList<>();
    overrides.ifPresent(folder -> candidates.add(folder.resolve(format).resolve(file)));
    overrides.ifPresent(folder -> candidates.add(folder.resolve(file)));
    for (Path candidate : candidates) {
      if (Files.isRegularFile(candidate)) {
        return read(candidate);
      }
    }
    Optional<Source> own = format.isEmpty() ? Optional.empty() : builtIn(format + "/" + file);
    Optional<Source> found = own.isPresent() ? own : builtIn(file);
    return found.orElseThrow(
        () ->
            unusable(
                "the prompt format \"%s\" has no %s; add it to its folder".formatted(format, file),
                null));
  }

  private static Source read(Path file) throws TaskException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw unusable("%s: longer than %d bytes".formatted(file, MAX_BYTES), null);
      }
      return new Source(file.toString(), Files.readString(file));
    } catch (CharacterCodingException e) {
      throw unusable("%s: no valid UTF-8; save it as UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw unusable("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private static Optional<Source> builtIn(String name) throws TaskException {
    String resource = "prompts/" + name;
    try (InputStream in = PromptFiles.class.getResourceAsStream(resource)) {
      return in == null
          ? Optional.empty()
          : Optional.of(
              new Source(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw unusable("the plugin's own %s cannot be read: %s".formatted(resource, e), e);
    }
  }

  static TaskException unusable(String message, @Nullable Exception cause) {
    return new TaskException(ErrorCode.MODEL_UNUSABLE, message, cause);
  }
}
