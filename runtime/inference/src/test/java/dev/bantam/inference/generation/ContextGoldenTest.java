package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.inference.generation.ContextOverflow.Kind;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Answers of three times the context, and how likely each token was, against llama.cpp, which
 * evaluates the whole window for each of them: {@code src/test/golden/context_golden.py}.
 */
@Timeout(120)
class ContextGoldenTest {

  private static final Path FAMILIES =
      Path.of(System.getProperty("bantam.root"), "runtime/models/src/test/resources/families");
  private static final int TOP = 3;
  private static final double CLOSE = 1e-3;

  @TempDir Path work;

  private static JsonNode golden() throws Exception {
    try (InputStream file = ContextGoldenTest.class.getResourceAsStream("/context/golden.json")) {
      return new ObjectMapper().readTree(file);
    }
  }

  static List<JsonNode> cases() throws Exception {
    List<JsonNode> cases = new ArrayList<>();
    golden().get("cases").forEach(cases::add);
    return cases;
  }

  private DecoderModel load(JsonNode golden) throws Exception {
    Path file = FAMILIES.resolve(golden.get("model").asText()).resolve("float.gguf");
    ModelRepository repository = ModelRepository.open(work);
    InstalledModel installed = repository.importFile(file, "tiny", ImportListener.NONE);
    return DecoderModel.load(
        repository.resolve(installed.reference(installed.variants().get(0))),
        LoadContext.of(1, golden().get("context").asInt()));
  }

  private static GenerationParameters parameters(JsonNode golden) throws Exception {
    JsonNode all = golden();
    return GenerationParameters.greedy(golden.get("tokens").size())
        .withPenalties(1, all.get("penalty").asDouble(), 0)
        .withLogitBias(Map.of(all.get("stop").asInt(), -1e6))
        .withOverflow(new ContextOverflow(Kind.SLIDE, all.get("keep").asInt()))
        .withLogprobs(TOP);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldGoOnAsLlamaCppDoesOverWhatWasKept(JsonNode golden) throws Exception {
    try (DecoderModel model = load(golden)) {
      int[] prompt = ints(golden.get("prompt"));
      for (int drafts : new int[] {0, GenerationParameters.MOST_DRAFTS}) {
        // When
        GenerationResult result;
        try (Sequence sequence = model.newSequence()) {
          result =
              Generator.generate(
                  sequence,
                  new FakeTokenizer(),
                  prompt,
                  parameters(golden).withDrafts(OptionalInt.of(drafts)),
                  text -> {},
                  CancellationToken.NONE);
        }

        // Then
        assertAgrees(result, golden);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldDoSoTogetherWithOthers(JsonNode golden) throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(3);
    try (DecoderModel model = load(golden);
        GenerationLoop loop = new GenerationLoop(model, new FakeTokenizer())) {
      // When
      int[] prompt = ints(golden.get("prompt"));
      GenerationParameters parameters = parameters(golden);
      List<Future<GenerationResult>> results = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        results.add(
            workers.submit(
                () -> loop.generate(prompt, parameters, text -> {}, CancellationToken.NONE)));
      }

      // Then
      for (Future<GenerationResult> result : results) {
        assertAgrees(result.get(), golden);
      }
    } finally {
      workers.shutdownNow();
    }
  }

  private static void assertAgrees(GenerationResult result, JsonNode golden) throws Exception {
    int[] tokens = result.logprobs().stream().mapToInt(TokenLogprob::token).toArray();
    assertThat(tokens).containsExactly(ints(golden.get("tokens")));
    assertThat(result.context().slides()).isEqualTo(golden.get("slides").size());
    assertThat(result.usage().completionTokens()).isEqualTo(tokens.length);
    for (int i = 0; i < tokens.length; i++) {
      TokenLogprob each = result.logprobs().get(i);
      assertThat(each.logprob())
          .as("token %d", i)
          .isCloseTo(golden.get("logprobs").get(i).asDouble(), within(CLOSE));
      assertThat(each.top()).hasSize(TOP);
      JsonNode top = golden.get("top").path(i);
      for (int place = 0; place < top.size(); place++) {
        assertThat(each.top().get(place).token()).isEqualTo(top.get(place).get(0).asInt());
        assertThat(each.top().get(place).logprob())
            .isCloseTo(top.get(place).get(1).asDouble(), within(CLOSE));
      }
    }
  }

  private static int[] ints(JsonNode list) throws Exception {
    return new ObjectMapper().treeToValue(list, int[].class);
  }
}
