package dev.bantam.plugins.textencoding;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The small random encoders of runtime/models and of {@code pipelines}, loaded as a slot loads
 * them.
 */
final class SmallEncoders implements AutoCloseable {

  private static final Path ROOT = Path.of(System.getProperty("bantam.root"));
  private static final Path ENCODERS = ROOT.resolve("runtime/models/src/test/resources/encoders");

  /** Made by {@code src/test/golden/pipelines.py}. */
  private static final Path PIPELINES =
      ROOT.resolve("plugins/text-encoding/src/test/resources/pipelines");

  private final Path work;
  private final Map<String, LoadedModel> loaded = new HashMap<>();

  SmallEncoders(Path work) {
    this.work = work;
  }

  LoadedModel load(String name, Map<String, String> settings) throws Exception {
    return load(name, settings, Map.of());
  }

  /**
   * @param files put beside the model's before it is imported, by name
   */
  LoadedModel load(String name, Map<String, String> settings, Map<String, String> files)
      throws Exception {
    String key = name + settings + files;
    LoadedModel known = loaded.get(key);
    if (known == null) {
      Path folder = Files.createDirectories(work.resolve("folders/" + loaded.size() + "/" + name));
      try (Stream<Path> committed = Files.list(folder(name))) {
        for (Path file : committed.toList()) {
          Files.copy(file, folder.resolve(file.getFileName()), REPLACE_EXISTING);
        }
      }
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
      ModelRepository repository = ModelRepository.open(work.resolve("models"));
      InstalledModel model =
          repository.importFile(
              folder, "m" + loaded.size(), Quantization.NONE, ImportListener.NONE);
      ModelFiles variant = repository.resolve(model.reference(model.variants().get(0)));
      known =
          new TextEncodingPlugin()
              .load(variant, new LoadContext(1, 512, false, Optional.empty(), settings));
      loaded.put(key, known);
    }
    return known;
  }

  private static Path folder(String name) {
    Path pipeline = PIPELINES.resolve(name);
    return Files.exists(pipeline) ? pipeline : ENCODERS.resolve(name);
  }

  /** What another engine says of the model. */
  static JsonNode golden(String name) throws IOException {
    return new ObjectMapper().readTree(folder(name).resolve("golden.json").toFile());
  }

  static String file(String model, String name) throws IOException {
    return Files.readString(folder(model).resolve(name));
  }

  TaskResult ask(String name, String task, Map<String, ? extends @Nullable Object> fields)
      throws Exception {
    return ask(load(name, Map.of()), task, fields);
  }

  static TaskResult ask(
      LoadedModel model, String task, Map<String, ? extends @Nullable Object> fields)
      throws TaskException {
    return model.handle(
        new TaskRequest(task, RequestBody.of(fields)), text -> {}, CancellationToken.NONE);
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> data(TaskResult result) {
    return (List<Map<String, Object>>) result.fields().get("data");
  }

  @Override
  public void close() {
    loaded.values().forEach(LoadedModel::close);
  }
}
