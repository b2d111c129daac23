package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import java.io.BufferedReader;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the text files that tokenizers were saved as before {@code tokenizer.json}. */
final class VocabularyLines {

  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_LINES = 1 << 22;
  private static final int MAX_LENGTH = 1 << 13;

  private VocabularyLines() {}

  /**
   * All lines, without their ends.
   *
   * @throws ModelException {@code MALFORMED} if the file is no UTF-8, is too large or has a line
   *     that no vocabulary has
   */
  static List<String> read(Path file) throws ModelException {
    List<String> lines = new ArrayList<>();
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw FolderErrors.malformed(
            file, "size", "it has more than the %d bytes that are read".formatted(MAX_BYTES));
      }
      try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (line.length() > MAX_LENGTH || lines.size() >= MAX_LINES) {
            throw FolderErrors.malformed(
                file, "line " + (lines.size() + 1), "no vocabulary is that long");
          }
          lines.add(line);
        }
      }
    } catch (CharacterCodingException e) {
      throw JsonFile.failure(file, new CharConversionException("no UTF-8"));
    } catch (IOException e) {
      throw FolderErrors.failedRead(file, e);
    }
    return lines;
  }
}
