package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.inference.tokenizer.TokenFrame;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.plugins.textencoding.BestSpans.Found;
import dev.bantam.plugins.textencoding.BestSpans.Span;
import dev.bantam.plugins.textencoding.Windows.Window;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Task {@code answer-span}: the words of a context that answer a question. A context that is too
 * long is read through overlapping windows.
 */
record AnswerSpan(Encoder encoder, Settings settings) {

  /** As in SQuAD's evaluation: tokens that neighbouring windows share, and tokens of an answer. */
  private static final int OVERLAP = 128;

  private static final int USUAL_LONGEST = 30;
  private static final int LEAST_ROOM = 16;
  private static final int MOST_TOP_K = 100;

  private record Question(String question, String context) {}

  /** A span in the text, in code points. */
  private record Place(int start, int end, double logit, double score) {}

  TaskResult answer(RequestBody body, CancellationToken cancellation) throws TaskException {
    Question asked = read(body);
    int topK = body.optionalInt("top_k", 1, MOST_TOP_K).orElse(1);
    int longest = body.optionalInt("max_answer_tokens", 1, Texts.MOST).orElse(USUAL_LONGEST);
    boolean mayBeNone = body.has("no_answer") ? body.flag("no_answer") : settings.noAnswer();
    TokenizedText question = encoder.tokenizer().tokenize(asked.question());
    TokenizedText context = encoder.tokenizer().tokenize(asked.context());
    TokenFrame frame = encoder.tokenizer().pairFrame();
    List<Window> windows = windows(frame, question).over(context.size());
    List<EncoderInput> inputs = new ArrayList<>();
    for (Window window : windows) {
      inputs.add(
          EncoderInput.ofPair(encoder.tokenizer(), question, context, window.from(), window.to()));
    }
    List<EncoderResult> results = encoder.run(inputs, cancellation);
    int offset = frame.start(1, question.size());
    BestSpans search = new BestSpans(BestSpans.Words.of(context), longest, topK);
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      EncoderResult.SpanLogits logits = (EncoderResult.SpanLogits) results.get(i);
      found.add(search.find(logits, window.from(), offset, window.to() - window.from()));
    }
    int tokens = inputs.stream().mapToInt(EncoderInput::size).sum();
    List<Place> places = places(search.merged(found), context);
    return result(found, places, asked.context(), topK, mayBeNone, tokens);
  }

  private static Question read(RequestBody body) throws TaskException {
    Optional<String> plain = Texts.plain(body);
    if (plain.isEmpty() || body.has("question") || body.has("context")) {
      return new Question(
          body.has("question") || plain.isEmpty() ? body.text("question") : plain.get(),
          body.optionalText("context")
              .orElseThrow(
                  () ->
                      Texts.invalid(
                          "\"context\" is missing; send the text that holds the answer, as a string")));
    }
    String[] parts = plain.get().strip().split("\\R", 2);
    if (parts.length < 2) {
      throw Texts.invalid(
          "a plain payload needs the question on its first line and the context on the next; or send JSON with \"question\" and \"context\"");
    }
    return new Question(parts[0], parts[1]);
  }

  private Windows windows(TokenFrame frame, TokenizedText question) throws TaskException {
    int room = encoder.maxTokens() - frame.size() - question.size();
    if (room < LEAST_ROOM) {
      throw new TaskException(
          ErrorCode.PROMPT_TOO_LONG,
          "the question has %d tokens, this model takes at most %d; ask a shorter one"
              .formatted(question.size(), encoder.maxTokens() - frame.size() - LEAST_ROOM));
    }
    return new Windows(room, Math.min(OVERLAP, room / 2));
  }

  private static TaskResult result(
      List<Found> found,
      List<Place> places,
      String context,
      int topK,
      boolean mayBeNone,
      int tokensRead) {
    double none = found.stream().mapToDouble(Found::none).min().orElseThrow();
    double noneScore = found.stream().mapToDouble(Found::noneScore).min().orElseThrow();
    boolean answered = !places.isEmpty() && !(mayBeNone && none > places.get(0).logit());
    CodePoints text = new CodePoints(context);
    List<Map<String, @Nullable Object>> data = new ArrayList<>();
    for (Place place : places) {
      data.add(fields(place, text));
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (answered) {
      fields.putAll(data.get(0));
    } else {
      fields.put("answer", null);
    }
    fields.put("no_answer_score", Vectors.rounded(noneScore));
    if (topK > 1) {
      fields.put("data", data);
    }
    String answer = answered ? text.slice(places.get(0).start(), places.get(0).end()) : "";
    return Answers.of(answer, tokensRead, List.of(), fields);
  }

  private static Map<String, @Nullable Object> fields(Place place, CodePoints text) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("answer", text.slice(place.start(), place.end()));
    fields.put("start", place.start());
    fields.put("end", place.end());
    fields.put("score", Vectors.rounded(place.score()));
    return fields;
  }

  private static List<Place> places(List<Span> spans, TokenizedText tokens) {
    return spans.stream()
        .map(
            span ->
                new Place(
                    tokens.starts()[span.start()],
                    tokens.ends()[span.end()],
                    span.logit(),
                    span.score()))
        .toList();
  }
}
