package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * all-MiniLM-L6-v2 with its real weights against sentence-transformers' own embeddings of 200
 * texts, of each by itself and of all in batches. The golden files are made by {@code
 * src/test/golden/minilm_golden.py}.
 *
 * <p>The 8-bit export that langchain4j publishes is as far from the floats in ONNX Runtime's Python
 * (least cosine 0.9712, mean 0.9888, of each text by itself). It takes one scale for all
 * activations of a run, so texts of a batch shift each other's embeddings; Bantam's own int8 takes
 * one for each token.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MiniLmGoldenIT {

  private static final Logger LOG = LoggerFactory.getLogger(MiniLmGoldenIT.class);
  private static final int SIZE = 384;

  private List<String> texts;
  private float[] golden;

  @BeforeAll
  void read() throws Exception {
    try (InputStream file = getClass().getResourceAsStream("/golden/minilm-texts.json")) {
      texts = List.of(new ObjectMapper().readValue(file, String[].class));
    }
    try (InputStream file = getClass().getResourceAsStream("/golden/minilm-embeddings.bin")) {
      ByteBuffer bytes = ByteBuffer.wrap(file.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      golden = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(golden);
    }
    assertThat(texts).hasSize(200);
    assertThat(golden).hasSize(200 * SIZE);
  }

  @ParameterizedTest
  @CsvSource({
    "all-minilm-l6-v2@fp32, 0.9999, 0.9999",
    "all-minilm-l6-v2@int8, 0.998, 0.99",
    "all-minilm-l6-v2-int8, 0.98, 0.95"
  })
  void shouldEmbedAsSentenceTransformersDoes(String reference, double mean, double least)
      throws Exception {
    ModelFiles files = pulled(ModelReference.parse(reference));
    try (EncoderModel model = EncoderModel.load(files, LoadContext.of(2, Integer.MAX_VALUE))) {
      List<EncoderInput> inputs =
          texts.stream().map(text -> model.input(model.tokenizer().tokenize(text))).toList();
      // When
      DoubleSummaryStatistics alone = cosines(oneByOne(model, inputs));
      DoubleSummaryStatistics together = cosines(model.runAll(inputs));
      // Then
      LOG.warn("{} alone: {}", reference, alone);
      LOG.warn("{} in batches: {}", reference, together);
      for (DoubleSummaryStatistics cosines : List.of(alone, together)) {
        assertThat(cosines.getAverage()).as("mean cosine").isGreaterThanOrEqualTo(mean);
        assertThat(cosines.getMin()).as("least cosine").isGreaterThanOrEqualTo(least);
      }
    }
  }

  private static ModelFiles pulled(ModelReference reference) throws ModelException {
    ModelRepository repository = ModelRepository.open(BantamProcess.testHome().resolve("models"));
    try {
      repository.pull(reference.name(), event -> {});
    } catch (ModelException e) {
      assumeTrue(
          e.kind() != ModelException.Kind.UNREACHABLE, "the model's source is not reached: " + e);
      throw e;
    }
    return repository.resolve(reference);
  }

  private static List<EncoderResult> oneByOne(EncoderModel model, List<EncoderInput> inputs)
      throws TaskException {
    List<EncoderResult> results = new ArrayList<>();
    for (EncoderInput input : inputs) {
      results.addAll(model.run(List.of(input)));
    }
    return results;
  }

  private DoubleSummaryStatistics cosines(List<EncoderResult> results) {
    DoubleSummaryStatistics cosines = new DoubleSummaryStatistics();
    for (int i = 0; i < results.size(); i++) {
      float[] ours = ((EncoderResult.Embedding) results.get(i)).values();
      cosines.accept(cosine(ours, Arrays.copyOfRange(golden, i * SIZE, (i + 1) * SIZE)));
    }
    return cosines;
  }

  private static double cosine(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double product = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    return product / Math.sqrt(ofA * ofB);
  }
}
