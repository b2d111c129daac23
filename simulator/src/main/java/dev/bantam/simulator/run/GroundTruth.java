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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps which messages were anomalies: counts them, and writes them to a file, one JSON object a
 * line: {@code {"at_ms","source","topic","label"}}. A file that cannot be written on is given up,
 * for the run goes on. Confined to one thread.
 */
final class GroundTruth implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GroundTruth.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NANOS_PER_MS = 1e6;

  private final Map<String, Long> counts = new TreeMap<>();
  private Optional<BufferedWriter> file;

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

  void add(Publication publication) {
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
      try {
        file.get().write(JSON.writeValueAsString(line));
        file.get().newLine();
      } catch (IOException e) {
        giveUp(e);
      }
    }
  }

  Map<String, Long> counts() {
    return counts;
  }

  @Override
  public void close() {
    if (file.isPresent()) {
      try {
        file.get().close();
      } catch (IOException e) {
        giveUp(e);
      }
    }
  }

  private void giveUp(IOException why) {
    LOG.warn("the ground truth cannot be written to its end: {}", why.getMessage());
    file = Optional.empty();
  }
}
