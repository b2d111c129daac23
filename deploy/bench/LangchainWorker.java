import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * langchain4j's in-process embedding for the encoder benchmarks: see encoder_workers.py, which
 * starts it.
 *
 * <p>langchain4j runs each text by itself, those of one call in parallel, and has no setting for
 * ONNX Runtime's threads. Here it gets what suits it best: all threads in one run for single texts,
 * and as many runs at once, of a thread each, for several.
 *
 * <p>Arguments: a graph, its tokenizer, a file of texts (a JSON array), threads.
 */
final class LangchainWorker {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final class Model extends AbstractInProcessEmbeddingModel {

    private final OnnxBertBiEncoder encoder;

    Model(ExecutorService executor, Path graph, Path tokenizer, int threads) throws Exception {
      super(executor);
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      try (InputStream json = Files.newInputStream(tokenizer)) {
        encoder =
            new OnnxBertBiEncoder(
                environment,
                environment.createSession(graph.toString(), options),
                json,
                PoolingMode.MEAN);
      }
    }

    @Override
    protected OnnxBertBiEncoder model() {
      return encoder;
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path graph = Path.of(arguments[0]);
    Path tokenizer = Path.of(arguments[1]);
    List<String> texts = List.of(JSON.readValue(new File(arguments[2]), String[].class));
    int threads = Integer.parseInt(arguments[3]);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    Model single = new Model(executor, graph, tokenizer, threads);
    Model several = new Model(executor, graph, tokenizer, 1);
    print(Map.of("ready", true));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode what = JSON.readTree(line);
      if (what.has("show")) {
        List<float[]> shown = new ArrayList<>();
        for (String text : texts.subList(0, Math.min(what.get("show").asInt(), texts.size()))) {
          shown.add(single.embed(text).content().vector());
        }
        print(Map.of("embeddings", shown));
      } else {
        int call = what.get("call").asInt();
        print(Map.of("seconds", seconds(call == 1 ? single : several, texts, call)));
      }
    }
    executor.shutdown();
  }

  private static double seconds(Model model, List<String> texts, int call) {
    long start = System.nanoTime();
    for (int at = 0; at < texts.size(); at += call) {
      List<TextSegment> segments =
          texts.subList(at, Math.min(at + call, texts.size())).stream()
              .map(TextSegment::from)
              .toList();
      List<Embedding> embeddings = model.embedAll(segments).content();
      if (embeddings.size() != segments.size()) {
        throw new IllegalStateException(embeddings.size() + " embeddings");
      }
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static void print(Object answer) throws Exception {
    System.out.println(JSON.writeValueAsString(answer));
    System.out.flush();
  }
}
