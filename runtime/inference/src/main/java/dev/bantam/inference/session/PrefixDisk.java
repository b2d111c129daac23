package dev.bantam.inference.session;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where beginnings of prompts outlive the process: a file for each model and each way to run it.
 * Its name and its head hold the digest of all that decides their bits: the model's files, the
 * graph among them, the processor, ONNX Runtime, threads, and the form of a block.
 *
 * @param folder of the files, which is created
 * @param mostBytes of a file
 * @param files of the model
 * @param context it is loaded with
 */
public record PrefixDisk(Path folder, long mostBytes, ModelFiles files, LoadContext context) {

  private static final Logger LOG = LoggerFactory.getLogger(PrefixDisk.class);

  private static final String SUFFIX = ".prefixes";

  /** Of other models, or of this one run in another way: for a swap that goes back. */
  private static final int OTHERS_KEPT = 1;

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
  private static final List<String> TELLING =
      List.of("model name", "flags", "Features", "CPU implementer", "CPU part", "CPU variant");

  /**
   * Opens the model's file.
   *
   * @param graph that is run
   * @return empty if nothing can be kept; the log says why
   */
  Optional<PrefixFile> open(Path graph, PrefixFile.Form form) {
    try {
      byte[] key = key(graph, form);
      String name = HexFormat.of().formatHex(key);
      Files.createDirectories(folder);
      Optional<PrefixFile> file =
          PrefixFile.open(folder.resolve(name + SUFFIX), key, form, mostBytes);
      removeOthers(name + SUFFIX);
      return file;
    } catch (IOException | TaskException e) {
      LOG.warn("no beginnings of prompts are kept on disk: {}", e.toString());
      return Optional.empty();
    }
  }

  /** All but the last used. */
  private void removeOthers(String own) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> others =
          all.filter(file -> file.toString().endsWith(SUFFIX))
              .filter(file -> !file.endsWith(own))
              .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
              .skip(OTHERS_KEPT)
              .toList();
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    }
  }

  private byte[] key(Path graph, PrefixFile.Form form) throws IOException, TaskException {
    Map<String, String> all = new TreeMap<>(files.identity());
    all.put("(graph)", String.valueOf(graph.toRealPath().getFileName()));
    all.put("(processor)", processor());
    all.put("(onnxruntime)", OnnxEnvironment.get().getVersion() + " " + ExecutionProvider.chosen());
    all.put("(threads)", String.valueOf(context.threads()));
    all.put("(form)", form + " " + ByteOrder.nativeOrder());
    return sha256(
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

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
