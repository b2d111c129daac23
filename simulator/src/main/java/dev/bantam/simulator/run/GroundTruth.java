package dev.bantam.simulator.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.schedule.Publication;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Keeps which messages were anomalies: counts them, and writes them to a file, one JSON object a
 * line: {@code {"at_ms","source","topic","label"}}. Confined to one thread.
 */
final class GroundTruth implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NANOS_PER_MS = 1e6;

  private final Map<String, Long> counts = new TreeMap<>();
  private final Optional<BufferedWriter> file;

  private GroundTruth(Optional<BufferedWriter> file) {
    this.file = file;
  }

  /**
   * Starts.
   *
   * @param path of the file; empty for none
   */
  static GroundTruth to(Optional<Path> path) throws IOException {
    return new GroundTruth(
        path.isPresent() ? Optional.of(Files.newBufferedWriter(path.get())) : Optional.empty());
  }

  void add(Publication publication) throws IOException {
    if (publication.label().isEmpty()) {
      return;
    }
    String label = publication.label().get();
    counts.merge(label, 1L, Long::sum);
    if (file.isPresent()) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("at_ms", publication.atNanos() / NANOS_PER_MS);
      line.put("source", publication.source());
      line.put("topic", publication.topic());
      line.put("label", label);
      file.get().write(JSON.writeValueAsString(line));
      file.get().newLine();
    }
  }

  Map<String, Long> counts() {
    return counts;
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }
}
