package dev.bantam.runtime.cli.model;

import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.VariantComparison;
import dev.bantam.models.VariantError;
import dev.bantam.runtime.cli.Signals;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares variants of an encoder by the cosine between their embeddings, or between their logits,
 * of the texts in {@code comparison.txt}. Each text runs by itself, so that none is answered by its
 * neighbours' rounding. Comparisons by one object exclude each other; the floats' answers are kept
 * from one to the next.
 */
public final class VariantCosines implements VariantComparison {

  private static final String SAMPLE = "comparison.txt";

  /** A model and its answers. */
  private record Answered(ModelFiles files, List<float[]> answers) {}

  /** The floats of the last comparison, which those of a model's other variants need, too. */
  private Optional<Answered> last = Optional.empty();

  @Override
  public synchronized Optional<VariantError> compare(ModelFiles reference, ModelFiles variant)
      throws ModelException {
    List<String> texts = sample();
    Signals.haltWhileNativeCodeRuns();
    if (last.filter(answered -> answered.files().equals(reference)).isEmpty()) {
      last = Optional.of(new Answered(reference, answers(reference, texts)));
    }
    List<float[]> expected = last.orElseThrow().answers();
    List<float[]> actual = answers(variant, texts);
    double sum = 0;
    double least = 1;
    for (int i = 0; i < texts.size(); i++) {
      double cosine = cosine(expected.get(i), actual.get(i));
      sum += cosine;
      least = Math.min(least, cosine);
    }
    String against = reference.reference().variant().orElse("");
    return Optional.of(new VariantError(against, sum / texts.size(), least, texts.size()));
  }

  static List<String> sample() {
    try (InputStream in = VariantCosines.class.getResourceAsStream(SAMPLE)) {
      if (in == null) {
        throw new IllegalStateException(SAMPLE + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<float[]> answers(ModelFiles files, List<String> texts) throws ModelException {
    int threads = HardwareProbe.thisMachine().usableCores();
    List<float[]> answers = new ArrayList<>();
    try (EncoderModel model =
        EncoderModel.load(files, LoadContext.of(threads, Integer.MAX_VALUE))) {
      for (String text : texts) {
        EncoderInput input = model.input(model.tokenizer().tokenize(text));
        answers.add(numbers(model.run(List.of(input)).get(0)));
      }
      return answers;
    } catch (TaskException e) {
      throw new ModelException(
          Kind.UNSUPPORTED,
          "%s was made, but does not run here: %s".formatted(files.reference(), e.text()),
          e);
    }
  }

  private static float[] numbers(EncoderResult result) {
    if (result instanceof EncoderResult.Embedding embedding) {
      return embedding.values();
    }
    if (result instanceof EncoderResult.TextLogits logits) {
      return logits.logits();
    }
    if (result instanceof EncoderResult.TokenLogits logits) {
      return logits.logits();
    }
    if (result instanceof EncoderResult.SpanLogits logits) {
      float[] both = new float[logits.starts().length + logits.ends().length];
      System.arraycopy(logits.starts(), 0, both, 0, logits.starts().length);
      System.arraycopy(logits.ends(), 0, both, logits.starts().length, logits.ends().length);
      return both;
    }
    throw new IllegalStateException("no such result: " + result);
  }

  /** 1 for two vectors of the same direction; 0 if one of them is zero, or not finite. */
  static double cosine(float[] a, float[] b) {
    double product = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    double cosine = product / Math.sqrt(aa * bb);
    return Double.isFinite(cosine) ? Math.min(1, cosine) : 0;
  }
}
