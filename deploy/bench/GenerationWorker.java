import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.format.CachePrecision;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.generation.Generator;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Answers prompts for the benchmarks `speculation` and `prefix-reuse`: one JSON object a line in, one
 * out; see generation_worker.py, which starts it.
 *
 * <p>Arguments: the folder of models, a model's reference, threads, bytes to keep beginnings of prompts in,
 * what the cache is kept in.
 */
final class GenerationWorker {

  private static final ObjectMapper JSON = new ObjectMapper();

  private GenerationWorker() {}

  public static void main(String[] arguments) throws Exception {
    ModelFiles files =
        ModelRepository.open(Path.of(arguments[0])).resolve(ModelReference.parse(arguments[1]));
    LoadContext context =
        new LoadContext(
            Integer.parseInt(arguments[2]),
            Integer.MAX_VALUE,
            true,
            Optional.empty(),
            Map.of(CachePrecision.SETTING, arguments[4]));
    try (Tokenizer tokenizer = Tokenizers.load(files.require(ModelFiles.TOKENIZER));
        DecoderModel model = DecoderModel.load(files, context)) {
      model.keepPrefixes(Long.parseLong(arguments[3]));
      print(Map.of("ready", true));
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        print(answer(model, tokenizer, JSON.readTree(line)));
      }
    }
  }

  private static Map<String, Object> answer(DecoderModel model, Tokenizer tokenizer, JsonNode ask)
      throws Exception {
    int[] prompt = tokenizer.encodePrompt(ask.get("prompt").asText());
    GenerationParameters parameters =
        GenerationParameters.greedy(ask.get("max_tokens").asInt())
            .withDrafts(
                ask.path("drafts").asText().equals("auto")
                    ? OptionalInt.empty()
                    : OptionalInt.of(ask.path("drafts").asInt()));
    try (Sequence sequence = model.newSequence()) {
      GenerationResult result =
          Generator.generate(
              sequence, tokenizer, prompt, parameters, piece -> {}, CancellationToken.NONE);
      return Map.of(
          "text", result.text(),
          "prompt_tokens", prompt.length,
          "tokens", result.usage().completionTokens(),
          "drafted", result.usage().draftedTokens(),
          "accepted", result.usage().acceptedTokens(),
          "reused", result.usage().reusedTokens(),
          "ttft_ms", result.timings().ttftMs(),
          "decode_ms", result.timings().decodeMs());
    }
  }

  private static void print(Object answer) throws Exception {
    System.out.println(JSON.writeValueAsString(answer));
    System.out.flush();
  }
}
