package dev.bantam.inference.session;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.bantam.models.CacheRanges;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.cache.Int8CacheGraph;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Imported models of families with a graph whose cache is one of bytes. */
public final class Int8Fixture {

  public static final Path FAMILIES =
      Path.of(System.getProperty("bantam.root"), "runtime/models/src/test/resources/families");

  private static final int TOKENS = 200;

  private Int8Fixture() {}

  /** Imports a file, with scales after random tokens. */
  public static ModelFiles files(Path file, Path work) throws ModelException {
    ModelRepository repository = ModelRepository.open(work);
    InstalledModel installed = repository.importFile(file, "tiny", ImportListener.NONE);
    return repository.resolve(
        repository
            .int8Caches()
            .add(
                installed.reference(installed.variants().get(0)),
                variant -> {
                  try {
                    return ranges(variant);
                  } catch (TaskException e) {
                    throw new IllegalStateException(e);
                  }
                }));
  }

  /** Random weights in floats, with a context of {@link TinyDecoder#CONTEXT}. */
  public static ModelFiles tiny(Path folder) throws IOException, TaskException {
    ModelFiles floats = TinyDecoder.write(folder);
    ModelProto graph = ModelProto.parseFrom(Files.readAllBytes(floats.require(ModelFiles.GRAPH)));
    Path bytes =
        Files.write(
            folder.resolve("int8.onnx"), Int8CacheGraph.of(graph, ranges(floats)).toByteArray());
    Map<String, Path> files = new HashMap<>(floats.files());
    files.put(ModelFiles.INT8_KV_GRAPH, bytes);
    return new ModelFiles(floats.reference(), files);
  }

  /**
   * @param kv {@code int8} or {@code float}
   */
  public static DecoderModel load(ModelFiles files, String kv) throws TaskException {
    return DecoderModel.load(
        files, new LoadContext(1, 4096, false, Optional.empty(), Map.of("kv", kv)));
  }

  private static CacheRanges ranges(ModelFiles variant) throws TaskException {
    try (DecoderModel model = load(variant, "float")) {
      CacheSurvey survey = new CacheSurvey(model);
      survey.add(new Random(3).ints(TOKENS, 0, model.config().vocabSize()).toArray());
      return new CacheRanges(survey.greatest());
    }
  }
}
