import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.inference.encoder.EncoderBatcher;
import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Bantam for the encoder benchmarks: see encoder_workers.py, which starts it. Texts go the way that
 * they go in a slot, through a batcher.
 *
 * <p>Arguments: the folder of models, a model's reference, a file of texts (a JSON array), threads.
 */
final class BantamWorker {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final EncoderModel model;
  private final EncoderBatcher batcher;

  private BantamWorker(EncoderModel model, EncoderBatcher batcher) {
    this.model = model;
    this.batcher = batcher;
  }

  public static void main(String[] arguments) throws Exception {
    ModelFiles files =
        ModelRepository.open(Path.of(arguments[0])).resolve(ModelReference.parse(arguments[1]));
    List<String> texts = List.of(JSON.readValue(new File(arguments[2]), String[].class));
    int threads = Integer.parseInt(arguments[3]);
    try (EncoderModel model = EncoderModel.loadForParallelRuns(files, LoadContext.of(threads, Integer.MAX_VALUE));
        EncoderBatcher batcher = new EncoderBatcher(model::run, model::runAlone, "encoder", threads)) {
      new BantamWorker(model, batcher).serve(texts);
    }
  }

  private void serve(List<String> texts) throws Exception {
    print(Map.of("ready", true));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode what = JSON.readTree(line);
      if (what.has("show")) {
        List<float[]> shown = new ArrayList<>();
        for (String text : texts.subList(0, Math.min(what.get("show").asInt(), texts.size()))) {
          shown.add(embed(List.of(text)).get(0));
        }
        print(Map.of("embeddings", shown));
      } else {
        print(Map.of("seconds", seconds(texts, what.get("call").asInt())));
      }
    }
  }

  private double seconds(List<String> texts, int call) throws TaskException {
    long start = System.nanoTime();
    for (int at = 0; at < texts.size(); at += call) {
      embed(texts.subList(at, Math.min(at + call, texts.size())));
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private List<float[]> embed(List<String> texts) throws TaskException {
    List<EncoderInput> inputs = new ArrayList<>();
    for (TokenizedText tokens : model.tokenizer().tokenizeAll(texts, CancellationToken.NONE)) {
      inputs.add(model.input(tokens));
    }
    List<float[]> embeddings = new ArrayList<>();
    for (EncoderResult result : batcher.encode(inputs, CancellationToken.NONE)) {
      embeddings.add(((EncoderResult.Embedding) result).values());
    }
    return embeddings;
  }

  private static void print(Object answer) throws Exception {
    System.out.println(JSON.writeValueAsString(answer));
    System.out.flush();
  }
}
