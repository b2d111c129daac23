package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Classes by embeddings: a label fits a text as well as the label's own text does (zero-shot), or
 * as the nearest of its examples do. A score is a cosine: with labels that of text and label, with
 * examples the mean of the label's {@code neighbors} nearest.
 */
record NearestClassify(Encoder encoder, Kinds kinds, EmbeddingCache cache, Settings settings)
    implements Classify {

  private static final int USUAL_NEIGHBORS = 3;

  @Override
  public TaskResult answer(RequestBody body, CancellationToken cancellation) throws TaskException {
    List<String> texts = Texts.read(body);
    List<Example> examples = Example.read(body, settings);
    int topK = body.optionalInt("top_k", 1, MOST_TOP_K).orElse(USUAL_TOP_K);
    int neighbors = body.optionalInt("neighbors", 1, Texts.MOST).orElse(USUAL_NEIGHBORS);
    Encoder.Batch batch = encoder.prepare(kinds.alike(), texts, cancellation);
    Map<String, float[]> known = new HashMap<>();
    List<float[]> vectors = embed(batch, examples, known, cancellation);
    Map<String, List<float[]>> byLabel = new LinkedHashMap<>();
    for (Example example : examples) {
      byLabel
          .computeIfAbsent(example.label(), label -> new ArrayList<>())
          .add(known.getOrDefault(example.text(), new float[0]));
    }
    List<String> labels = List.copyOf(byLabel.keySet());
    List<LabelScores> scores = new ArrayList<>();
    for (float[] vector : vectors) {
      cancellation.throwIfCancelled();
      double[] each =
          byLabel.values().stream().mapToDouble(near -> score(vector, near, neighbors)).toArray();
      scores.add(LabelScores.of(labels, each, topK));
    }
    Map<String, @Nullable Object> fields = LabelScores.fields(scores);
    return Answers.of(LabelScores.text(scores), batch.tokens(), batch.truncated(), fields);
  }

  /**
   * Embeds the texts, and together with them the examples that are not known yet.
   *
   * @param known gets all examples, by text
   */
  private List<float[]> embed(
      Encoder.Batch batch,
      List<Example> examples,
      Map<String, float[]> known,
      CancellationToken cancellation)
      throws TaskException {
    List<String> missing = new ArrayList<>();
    for (Example example : examples) {
      float[] vector = known.containsKey(example.text()) ? null : cache.get(example.text());
      if (vector != null) {
        known.put(example.text(), vector);
      } else if (!known.containsKey(example.text()) && !missing.contains(example.text())) {
        missing.add(example.text());
      }
    }
    List<EncoderInput> inputs = new ArrayList<>(batch.inputs());
    inputs.addAll(encoder.prepare(kinds.alike(), missing, cancellation).inputs());
    List<float[]> vectors =
        encoder.embeddings(new Encoder.Batch(inputs, List.of()), true, cancellation);
    int texts = batch.inputs().size();
    for (int i = 0; i < missing.size(); i++) {
      known.put(missing.get(i), vectors.get(texts + i));
      cache.put(missing.get(i), vectors.get(texts + i));
    }
    return vectors.subList(0, texts);
  }

  private static double score(float[] vector, List<float[]> examples, int neighbors) {
    double[] cosines =
        examples.stream().mapToDouble(example -> Vectors.dot(vector, example)).sorted().toArray();
    int count = Math.min(neighbors, cosines.length);
    double sum = 0;
    for (int i = cosines.length - count; i < cosines.length; i++) {
      sum += cosines[i];
    }
    return sum / count;
  }
}
