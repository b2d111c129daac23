package dev.bantam.runtime.cli.sim;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.bantam.simulator.run.RunReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a run's files go.
 *
 * @param folder empty if none are wanted
 */
record ReportFolder(Optional<Path> folder) {

  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  /** Makes the folder, if one is wanted. */
  static ReportFolder at(Optional<Path> folder) throws IOException {
    if (folder.isPresent()) {
      Files.createDirectories(folder.get());
    }
    return new ReportFolder(folder);
  }

  /** Where the ground truth goes. */
  Optional<Path> truthFile() {
    return folder.map(path -> path.resolve("labels.jsonl"));
  }

  void write(RunReport report) throws IOException {
    if (folder.isPresent()) {
      Files.writeString(
          folder.get().resolve("report.json"), JSON.writeValueAsString(report.fields()) + "\n");
    }
  }
}
