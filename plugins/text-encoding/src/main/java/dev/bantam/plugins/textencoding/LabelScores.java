package dev.bantam.plugins.textencoding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one text with their scores, best first.
 *
 * @param labels at least one
 */
record LabelScores(List<Scored> labels) {

  /**
   * A label and how well it fits.
   *
   * @param score a probability or a cosine, by how the model classifies
   */
  record Scored(String label, double score) {

    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("label", label);
      fields.put("score", Vectors.rounded(score));
      return fields;
    }
  }

  /**
   * @param scores one a label
   * @param most labels that are kept
   */
  static LabelScores of(List<String> labels, double[] scores, int most) {
    return new LabelScores(
        IntStream.range(0, labels.size())
            .mapToObj(i -> new Scored(labels.get(i), scores[i]))
            .sorted(Comparator.comparingDouble((Scored s) -> -s.score()))
            .limit(most)
            .toList());
  }

  Scored best() {
    return labels.get(0);
  }

  /**
   * The labels of several texts as an answer has them. A single text's best is said outside, too.
   */
  static Map<String, @Nullable Object> fields(List<LabelScores> texts) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (texts.size() == 1) {
      fields.putAll(texts.get(0).best().fields());
    }
    List<Map<String, Object>> data = new ArrayList<>();
    for (LabelScores text : texts) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("index", data.size());
      entry.putAll(text.best().fields());
      entry.put("labels", text.labels().stream().map(Scored::fields).toList());
      data.add(entry);
    }
    fields.put("data", data);
    return fields;
  }

  /** What a plain-text client gets: each text's best label, on a line. */
  static String text(List<LabelScores> texts) {
    return texts.stream().map(text -> text.best().label()).collect(Collectors.joining("\n"));
  }
}
