package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Arrays;
import java.util.List;

/** Has an encoder read a few texts, and looks whether what it makes of them can be right. */
final class Trial {

  private static final List<String> TEXTS =
      List.of("Water drips from the pipe.", "The motor runs smoothly.");

  private Trial() {}

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if a number is not finite, or both
   *     texts are the same to the model
   */
  static void run(Encoder encoder) throws TaskException {
    Encoder.Batch batch = encoder.prepare("", TEXTS, CancellationToken.NONE);
    List<float[]> numbers =
        encoder.run(batch.inputs(), CancellationToken.NONE).stream().map(Trial::numbers).toList();
    for (float[] row : numbers) {
      for (float number : row) {
        if (!Float.isFinite(number)) {
          throw unusable("what the model makes of a text is not finite");
        }
      }
    }
    if (Arrays.equals(numbers.get(0), numbers.get(1))) {
      throw unusable("the model makes the same of different texts");
    }
  }

  private static float[] numbers(EncoderResult result) {
    if (result instanceof EncoderResult.Embedding embedding) {
      return embedding.values();
    }
    if (result instanceof EncoderResult.TextLogits logits) {
      return logits.logits();
    }
    return result instanceof EncoderResult.TokenLogits logits
        ? logits.logits()
        : ((EncoderResult.SpanLogits) result).starts();
  }

  private static TaskException unusable(String why) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE, why + "; its weights are damaged, or its graph is wrong");
  }
}
