package dev.bantam.runtime.swap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.runtime.store.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a slot's journal lies. A reader, or a power cut, finds the old one or the new one, whole.
 *
 * @param path the file; empty to keep the journal in memory only
 */
record JournalFile(Optional<Path> path) {

  private static final Logger log = LoggerFactory.getLogger(JournalFile.class);

  /** The journal of one slot below the folder for what is kept over a restart. */
  static JournalFile of(Optional<Path> state, String device, String slot) {
    return new JournalFile(
        state.map(folder -> folder.resolve(device + ".slots").resolve(slot + ".json")));
  }

  /**
   * Empty if there is none, or none that can be read; that is in the log. One of a newer Bantam is
   * put aside, for this one will write its own. Blocking.
   */
  Optional<SlotJournal> read() {
    if (path.isEmpty() || !Files.exists(path.get())) {
      return Optional.empty();
    }
    try {
      JsonNode found = SlotJournal.JSON.readTree(path.get().toFile());
      int format = found.path("format").asInt();
      if (format > SlotJournal.FORMAT) {
        putAside(path.get(), format);
        return Optional.empty();
      }
      SlotJournal journal = SlotJournal.JSON.treeToValue(found, SlotJournal.class);
      if (!journal.startable().isEmpty()) {
        return Optional.of(journal);
      }
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      log.warn(
          "{} cannot be read ({}); the slot begins with its configured model",
          path.get(),
          e.getMessage());
    }
    return Optional.empty();
  }

  private static void putAside(Path file, int format) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".newer");
    Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    log.warn(
        "{} was written by a newer Bantam (format {}, this one reads up to {}) and is now {}; the slot begins with its configured model."
            + " Wish for the one that it shall have, or move the file back and update Bantam",
        file,
        format,
        SlotJournal.FORMAT,
        aside);
  }

  /**
   * Blocking; forced to the disk.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  void write(SlotJournal journal) {
    if (path.isEmpty()) {
      return;
    }
    try {
      WholeFile.write(path.get(), SlotJournal.JSON.writeValueAsBytes(journal));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the slot's journal %s cannot be written".formatted(path.get()), e);
    }
  }
}
