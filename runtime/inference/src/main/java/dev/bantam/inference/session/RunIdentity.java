package dev.bantam.inference.session;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * By which the next process finds again what this one has found out by running a model: a digest of
 * all that decides the bits of a run. These are the model's files, the graph among them, the
 * processor, ONNX Runtime and the threads.
 */
final class RunIdentity {

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final List<String> TELLING =
      List.of("model name", "flags", "Features", "CPU implementer", "CPU part", "CPU variant");

  private RunIdentity() {}

  /**
   * The digest, 32 bytes. Blocking.
   *
   * @param graph that is run
   * @param further what else decides, by a name in brackets
   */
  static byte[] digest(
      ModelFiles files, Path graph, LoadContext context, Map<String, String> further)
      throws IOException, TaskException {
    Map<String, String> all = new TreeMap<>(files.identity());
    all.put("(graph)", String.valueOf(graph.toRealPath().getFileName()));
    all.put("(processor)", processor());
    all.put("(onnxruntime)", OnnxEnvironment.get().getVersion() + " " + ExecutionProvider.chosen());
    all.put("(threads)", String.valueOf(context.threads()));
    all.put("(order)", ByteOrder.nativeOrder().toString());
    all.putAll(further);
    return KeptFile.sha256(
        all.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
            .collect(Collectors.joining()));
  }

  /** What of it decides which kernels are taken. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(PROCESSOR, StandardCharsets.ISO_8859_1)) {
      return System.getProperty("os.arch")
          + lines
              .filter(line -> TELLING.stream().anyMatch(line::startsWith))
              .distinct()
              .collect(Collectors.joining("; "));
    } catch (IOException e) {
      return String.valueOf(System.getProperty("os.arch"));
    }
  }
}
