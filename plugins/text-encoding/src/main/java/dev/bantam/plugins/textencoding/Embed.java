package dev.bantam.plugins.textencoding;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Task {@code embed}. The answer has the form of OpenAI's embeddings. */
record Embed(Encoder encoder, Kinds kinds) {

  private static final String FORMAT = "encoding_format";

  TaskResult answer(RequestBody body, CancellationToken cancellation) throws TaskException {
    List<String> texts = Texts.read(body);
    String prefix = kinds.prefix(kinds.read(body));
    boolean base64 = base64(body);
    Encoder.Batch batch = encoder.prepare(prefix, texts, cancellation);
    List<float[]> vectors = encoder.embeddings(batch, false, cancellation);
    List<Map<String, Object>> data = new ArrayList<>(vectors.size());
    for (float[] vector : vectors) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("object", "embedding");
      entry.put("index", data.size());
      entry.put("embedding", base64 ? base64(vector) : vector);
      data.add(entry);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("object", "list");
    fields.put("data", data);
    String text = Texts.plain(body).isPresent() ? Arrays.toString(vectors.get(0)) : "";
    return Answers.of(text, batch.tokens(), batch.truncated(), fields);
  }

  private static boolean base64(RequestBody body) throws TaskException {
    String format = body.optionalText(FORMAT).orElse("float");
    return switch (format) {
      case "float" -> false;
      case "base64" -> true;
      default ->
          throw Texts.invalid(
              "\"%s\" is \"%s\"; it must be float or base64".formatted(FORMAT, format));
    };
  }

  /** As OpenAI: 32-bit floats, little-endian. */
  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
