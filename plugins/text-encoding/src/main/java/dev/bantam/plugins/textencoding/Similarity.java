package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Task {@code similarity}: the cosine of a text with each of a list of texts. */
record Similarity(Encoder encoder, Kinds kinds) {

  private record Question(String text, List<String> texts) {}

  private record Scored(int index, double score) {}

  TaskResult answer(RequestBody body, CancellationToken cancellation) throws TaskException {
    Question question = read(body);
    Optional<String> kind = kinds.read(body);
    OptionalInt topK = body.optionalInt("top_k", 1, Texts.MOST);
    Encoder.Batch one = encoder.prepare(prefix(kind, kind), List.of(question.text()), cancellation);
    Encoder.Batch others =
        encoder.prepare(prefix(kind, other(kind)), question.texts(), cancellation);
    List<float[]> vectors = encoder.embeddings(both(one, others), true, cancellation);
    List<Scored> scored = new ArrayList<>();
    for (int i = 1; i < vectors.size(); i++) {
      scored.add(new Scored(i - 1, Vectors.dot(vectors.get(0), vectors.get(i))));
    }
    if (topK.isPresent()) {
      scored.sort(Comparator.comparingDouble((Scored s) -> -s.score()));
      scored = scored.subList(0, Math.min(topK.getAsInt(), scored.size()));
    }
    return result(scored, one.tokens() + others.tokens(), others.truncated());
  }

  private static Question read(RequestBody body) throws TaskException {
    Optional<String> plain = Texts.plain(body);
    if (plain.isPresent() && !body.has("text") && !body.has("texts")) {
      List<String> lines = plain.get().strip().lines().toList();
      if (lines.size() < 2) {
        throw Texts.invalid(
            "a plain payload needs a text on its first line and those to compare it with on the next; or send JSON with \"text\" and \"texts\"");
      }
      return new Question(lines.get(0), lines.subList(1, lines.size()));
    }
    String field = plain.isPresent() && !body.has("text") ? "prompt" : "text";
    return new Question(body.text(field), Texts.list(body, "texts"));
  }

  private String prefix(Optional<String> requested, Optional<String> kind) {
    return requested.isEmpty() ? kinds.alike() : kinds.prefix(kind);
  }

  /** What the texts are if the text is of this kind: passages that a query looks for. */
  private static Optional<String> other(Optional<String> kind) {
    return kind.map(
        name ->
            switch (name) {
              case Kinds.QUERY -> Kinds.PASSAGE;
              case Kinds.PASSAGE -> Kinds.QUERY;
              default -> name;
            });
  }

  private static Encoder.Batch both(Encoder.Batch first, Encoder.Batch second) {
    List<EncoderInput> inputs = new ArrayList<>(first.inputs());
    inputs.addAll(second.inputs());
    return new Encoder.Batch(inputs, List.of());
  }

  private static TaskResult result(List<Scored> scored, int tokens, List<Integer> truncated) {
    List<Map<String, Object>> data = new ArrayList<>();
    for (Scored one : scored) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("index", one.index());
      entry.put("score", Vectors.rounded(one.score()));
      data.add(entry);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("data", data);
    String text =
        scored.stream()
            .map(one -> String.format(Locale.ROOT, "%.6f", one.score()))
            .collect(Collectors.joining("\n"));
    return Answers.of(text, tokens, truncated, fields);
  }
}
