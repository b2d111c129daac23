package dev.bantam.simulator.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.bantam.simulator.run.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a run's files go.
 *
 * @param folder empty if none are wanted
 */
public record ReportFolder(Optional<Path> folder) {

  /** The published JSON Schema of {@code report.json}, as a class-path resource. */
  public static final String SCHEMA = "/dev/bantam/simulator/report.schema.json";

  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  /** Makes the folder, if one is wanted. */
  public static ReportFolder at(Optional<Path> folder) throws ReportException {
    if (folder.isPresent()) {
      try {
        Files.createDirectories(folder.get());
      } catch (IOException e) {
        throw new ReportException(folder.get(), e);
      }
    }
    return new ReportFolder(folder);
  }

  /** Where the ground truth goes. */
  public Optional<Path> truthFile() {
    return folder.map(path -> path.resolve("labels.jsonl"));
  }

  /** Where the page is, once it is written. */
  public Optional<Path> page() {
    return folder.map(path -> path.resolve("report.html"));
  }

  /** Writes {@code report.json} and {@code report.html}, each whole or not at all. */
  public void write(RunReport report) throws ReportException {
    if (folder.isPresent()) {
      Map<String, @Nullable Object> fields = report.allFields();
      try {
        write(folder.get().resolve("report.json"), JSON.writeValueAsString(fields) + "\n");
        write(folder.get().resolve("report.html"), ReportPage.of(fields));
      } catch (IOException e) {
        throw new ReportException(folder.get(), e);
      }
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
