package dev.bantam.simulator.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.bantam.simulator.run.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  public static ReportFolder at(Optional<Path> folder) throws IOException {
    if (folder.isPresent()) {
      Files.createDirectories(folder.get());
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

  /** Writes {@code report.json} and {@code report.html}. */
  public void write(RunReport report) throws IOException {
    if (folder.isPresent()) {
      Map<String, @Nullable Object> fields = report.allFields();
      Files.writeString(
          folder.get().resolve("report.json"), JSON.writeValueAsString(fields) + "\n");
      Files.writeString(folder.get().resolve("report.html"), ReportPage.of(fields));
    }
  }
}
