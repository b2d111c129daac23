package dev.bantam.runtime.tuning;

import dev.bantam.runtime.store.RecordJson;
import dev.bantam.runtime.store.WholeFile;
import dev.bantam.spi.ModelReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where tuning records lie: {@code tuning/NAME/VERSION@VARIANT.json} in {@code BANTAM_HOME}. One
 * that cannot be read counts as not there. All blocks.
 *
 * @param folder of all
 */
public record TuningFiles(Path folder) {

  private static final Logger LOG = LoggerFactory.getLogger(TuningFiles.class);
  private static final String SUFFIX = ".json";

  /** Those of a home. */
  public static TuningFiles in(Path home) {
    return new TuningFiles(home.resolve("tuning"));
  }

  /** Held by whoever measures: two at a time would measure each other. */
  public Path lock() {
    return folder.resolve(".lock");
  }

  private Path path(ModelReference model) {
    return folder
        .resolve(model.name())
        .resolve(
            "%s@%s%s".formatted(model.version().orElse(""), model.variant().orElse(""), SUFFIX));
  }

  /**
   * What is known of a model.
   *
   * @param model with version and variant
   */
  public Optional<TuningRecord> read(ModelReference model) {
    return read(path(model));
  }

  private static Optional<TuningRecord> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RecordJson.MAPPER.readValue(file.toFile(), TuningRecord.class));
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{} cannot be read ({}); to measure again: bantam tune",
          file,
          String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
      return Optional.empty();
    }
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder, 2)) {
      return all.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  /** Replaces what was known of the model. */
  public void write(TuningRecord record) throws IOException {
    WholeFile.write(path(record.reference()), RecordJson.MAPPER.writeValueAsBytes(record));
  }

  /**
   * Forgets what is known of models.
   *
   * @param model version and variant may be left open; empty for all
   * @return how many variants were forgotten
   */
  public int forget(Optional<ModelReference> model) throws IOException {
    int forgotten = 0;
    for (Path file : files()) {
      if (model.isEmpty() || reference(file).filter(model.get()::matches).isPresent()) {
        Files.deleteIfExists(file);
        forgotten++;
      }
    }
    return forgotten;
  }

  private static Optional<ModelReference> reference(Path file) {
    String full = String.valueOf(file.getFileName());
    String name = String.valueOf(file.resolveSibling("").getFileName());
    try {
      return Optional.of(
          ModelReference.parse(name + ":" + full.substring(0, full.length() - SUFFIX.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
