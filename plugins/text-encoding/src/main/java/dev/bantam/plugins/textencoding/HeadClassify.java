package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Classes by the model's own head. A score is the label's probability among all of the model's; a
 * head of a single label gives that label's own (logistic) one, as in transformers.
 */
record HeadClassify(Encoder encoder) implements Classify {

  @Override
  public TaskResult answer(RequestBody body, CancellationToken cancellation) throws TaskException {
    List<String> texts = Texts.read(body);
    List<Integer> wanted = wanted(body);
    int topK = body.optionalInt("top_k", 1, MOST_TOP_K).orElse(USUAL_TOP_K);
    Encoder.Batch batch = encoder.prepare("", texts, cancellation);
    List<String> names = wanted.stream().map(encoder.config().labels()::get).toList();
    List<LabelScores> scores = new ArrayList<>();
    for (EncoderResult result : encoder.run(batch.inputs(), cancellation)) {
      double[] all = probabilities(((EncoderResult.TextLogits) result).logits());
      double[] chosen = wanted.stream().mapToDouble(label -> all[label]).toArray();
      scores.add(LabelScores.of(names, chosen, topK));
    }
    return Answers.of(
        LabelScores.text(scores), batch.tokens(), batch.truncated(), LabelScores.fields(scores));
  }

  private static double[] probabilities(float[] logits) {
    return logits.length == 1
        ? new double[] {Vectors.sigmoid(logits[0])}
        : Vectors.softmax(logits, 0, logits.length);
  }

  /** The request's {@code labels}, or all. */
  private List<Integer> wanted(RequestBody body) throws TaskException {
    List<String> known = encoder.config().labels();
    if (body.has("examples")) {
      throw Texts.invalid(
          "\"examples\" are for models without classes of their own; this one has: "
              + String.join(", ", known));
    }
    List<Integer> wanted = new ArrayList<>();
    for (String label : body.has("labels") ? Texts.list(body, "labels") : known) {
      int index = known.indexOf(label);
      if (index < 0) {
        throw Texts.invalid(
            "the model has no label \"%s\"; it has: %s".formatted(label, String.join(", ", known)));
      }
      if (!wanted.contains(index)) {
        wanted.add(index);
      }
    }
    return wanted;
  }
}
