package dev.bantam.plugins.textencoding;

import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.plugins.textencoding.Windows.Window;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Task {@code tag}. Texts that are too long are read through overlapping windows. */
record Tag(Encoder encoder) {

  /** Of a window's tokens, one in so many is shared with the next. */
  private static final int OVERLAP_SHARE = 4;

  TaskResult answer(RequestBody body, CancellationToken cancellation) throws TaskException {
    List<String> texts = Texts.read(body);
    List<TokenizedText> tokenized = new ArrayList<>();
    List<EncoderInput> inputs = new ArrayList<>();
    Windows windows = new Windows(encoder.room(), encoder.room() / OVERLAP_SHARE);
    for (String text : texts) {
      cancellation.throwIfCancelled();
      TokenizedText tokens = encoder.tokenizer().tokenize(text);
      tokenized.add(tokens);
      for (Window window : windows.over(tokens.size())) {
        inputs.add(EncoderInput.of(encoder.tokenizer(), tokens, window.from(), window.to()));
      }
    }
    List<EncoderResult> results = encoder.run(inputs, cancellation);
    WordTags tags = new WordTags(encoder.config().labels());
    List<Map<String, Object>> data = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < texts.size(); i++) {
      List<Window> shown = windows.over(tokenized.get(i).size());
      float[] logits = joined(shown, results.subList(next, next + shown.size()));
      next += shown.size();
      CodePoints text = new CodePoints(texts.get(i));
      List<Map<String, Object>> spans = new ArrayList<>();
      for (WordTags.Span span : tags.spans(tokenized.get(i), logits)) {
        spans.add(span.fields(text));
        lines.add(span.label() + "\t" + text.slice(span.start(), span.end()));
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("index", i);
      entry.put("spans", spans);
      data.add(entry);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("data", data);
    int tokens = inputs.stream().mapToInt(EncoderInput::size).sum();
    return Answers.of(String.join("\n", lines), tokens, List.of(), fields);
  }

  /** Logits of all tokens, each from the window that owns it. */
  private float[] joined(List<Window> windows, List<EncoderResult> results) {
    int labels = encoder.config().labels().size();
    int before = encoder.tokenizer().frame().start(0);
    float[] all = new float[windows.get(windows.size() - 1).to() * labels];
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      System.arraycopy(
          ((EncoderResult.TokenLogits) results.get(i)).logits(),
          (before + window.ownFrom() - window.from()) * labels,
          all,
          window.ownFrom() * labels,
          (window.ownTo() - window.ownFrom()) * labels);
    }
    return all;
  }
}
