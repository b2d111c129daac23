package dev.bantam.models.importer.onnx;

import dev.bantam.models.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files with external data that a graph names. They lie in its folder: a name that leads
 * elsewhere would copy any file of the machine into the repository, so it is refused.
 */
final class ExternalFiles {

  private static final int MAX_FILES = 1 << 8;

  private final Path graph;
  private final Map<String, Path> files = new LinkedHashMap<>();

  ExternalFiles(Path graph) {
    this.graph = graph;
  }

  List<Path> files() {
    return List.copyOf(files.values());
  }

  void add(String location) throws ModelException {
    if (files.containsKey(location)) {
      return;
    }
    if (!isPlainName(location)) {
      throw OnnxErrors.malformed(
          graph,
          "external data are said to lie in \"%s\"; they must lie in a file beside the graph"
              .formatted(OnnxErrors.shortened(location)));
    }
    Path file = graph.resolveSibling(location);
    if (!Files.isRegularFile(file)) {
      throw OnnxErrors.usage(
          "%s needs the file %s beside it, which is not there: fetch it too"
              .formatted(graph.getFileName(), location));
    }
    if (files.size() >= MAX_FILES) {
      throw OnnxErrors.malformed(
          graph, "it has external data in more than %d files".formatted(MAX_FILES));
    }
    files.put(location, file);
  }

  private static boolean isPlainName(String name) {
    return !name.isBlank()
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ' || c == 0xfffd);
  }

  /** Whether a tensor's bytes lie within its file. */
  void check(ExternalEntries entries) throws ModelException {
    Optional<String> location = entries.get(ExternalEntries.LOCATION);
    if (location.isEmpty()) {
      return;
    }
    long offset = number(entries, ExternalEntries.OFFSET);
    long length = number(entries, ExternalEntries.LENGTH);
    long size = graph.resolveSibling(location.get()).toFile().length();
    if (offset > size || length > size - offset) {
      throw OnnxErrors.malformed(
          graph,
          "%d bytes at %d of %s are needed, which has %d; it is incomplete, or another graph's"
              .formatted(length, offset, location.get(), size));
    }
  }

  private long number(ExternalEntries entries, String key) throws ModelException {
    String text = entries.get(key).orElse("0");
    if (!text.matches("[0-9]{1,18}")) {
      throw OnnxErrors.malformed(
          graph, "\"%s\" is no %s of external data".formatted(OnnxErrors.shortened(text), key));
    }
    return Long.parseLong(text);
  }
}
