package dev.bantam.runtime.cli.model;

import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.inference.encoder.EncoderInput;
import dev.bantam.inference.encoder.EncoderModel;
import dev.bantam.inference.encoder.EncoderResult;
import dev.bantam.inference.tokenizer.TextTokenizer;
import dev.bantam.inference.tokenizer.TokenizedText;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import dev.bantam.spi.TaskException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Lines of text to what {@code bantam encode} prints of them.
 *
 * @param model not closed here
 * @param prefix put in front of every text
 */
record EncodedLines(EncoderModel model, String prefix) {

  private static final int FEW = 4;

  private record Line(EncoderInput input, boolean truncated) {}

  /**
   * @return an object for each line, in order
   */
  List<Map<String, Object>> encode(List<String> texts) throws TaskException, CliException {
    List<Line> lines = new ArrayList<>();
    for (String text : texts) {
      lines.add(model.config().head() == Head.SPAN ? pair(text) : single(text));
    }
    List<EncoderResult> results = model.runAll(lines.stream().map(Line::input).toList());
    List<Map<String, Object>> encoded = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      encoded.add(fields(lines.get(i), results.get(i)));
    }
    return encoded;
  }

  private Line single(String text) {
    TokenizedText tokens = model.tokenizer().tokenize(prefix + text);
    return new Line(model.input(tokens), tokens.size() > model.room());
  }

  private Line pair(String text) throws TaskException, CliException {
    int tab = text.indexOf('\t');
    if (tab < 0) {
      throw new CliException(
          ExitCode.USAGE,
          "this model finds answers in a text: each line must be a question, a tab and a context");
    }
    TextTokenizer tokenizer = model.tokenizer();
    TokenizedText question = tokenizer.tokenize(text.substring(0, tab));
    TokenizedText context = tokenizer.tokenize(text.substring(tab + 1));
    int room = model.maxTokens() - tokenizer.pairFrame().size() - question.size();
    int end = Math.max(0, Math.min(room, context.size()));
    return new Line(
        EncoderInput.ofPair(tokenizer, question, context, 0, end), end < context.size());
  }

  private Map<String, Object> fields(Line line, EncoderResult result) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("token_ids", line.input().ids());
    fields.put("truncated", line.truncated());
    if (result instanceof EncoderResult.Embedding embedding) {
      fields.put("embedding", embedding.values());
    } else if (result instanceof EncoderResult.TextLogits text) {
      fields.put("labels", model.config().labels());
      fields.put("logits", text.logits());
    } else if (result instanceof EncoderResult.TokenLogits tokens) {
      fields.put("labels", model.config().labels());
      fields.put("logits", rows(tokens.logits(), model.config().labels().size()));
    } else if (result instanceof EncoderResult.SpanLogits span) {
      fields.put("start_logits", span.starts());
      fields.put("end_logits", span.ends());
    }
    return fields;
  }

  private static List<float[]> rows(float[] values, int width) {
    List<float[]> rows = new ArrayList<>();
    for (int from = 0; from < values.length; from += width) {
      rows.add(Arrays.copyOfRange(values, from, from + width));
    }
    return rows;
  }

  /** An object in a line for people. */
  static String brief(Map<String, Object> fields) {
    return fields.entrySet().stream()
        .map(field -> field.getKey() + " " + brief(field.getValue()))
        .collect(Collectors.joining("  "));
  }

  private static String brief(Object value) {
    if (value instanceof int[] ids) {
      return String.valueOf(ids.length);
    }
    if (value instanceof float[] floats) {
      String first =
          java.util.stream.IntStream.range(0, Math.min(FEW, floats.length))
              .mapToObj(i -> String.format(Locale.ROOT, "%.4f", floats[i]))
              .collect(Collectors.joining(" "));
      return floats.length > FEW ? "%s ... (%d)".formatted(first, floats.length) : first;
    }
    if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof float[]) {
      return list.size() + " rows";
    }
    return String.valueOf(value);
  }
}
