package dev.bantam.plugins.textencoding;

import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * A text that stands for its label: one that a client has labelled, or the label itself.
 *
 * @param text what is embedded
 * @param label what it stands for
 */
record Example(String text, String label) {

  private static final String PLACE = "{}";
  private static final String LABELS = "labels";
  private static final String EXAMPLES = "examples";

  /** The request's examples, else its labels, else the slot's. Repeated ones count once. */
  static List<Example> read(RequestBody body, Settings settings) throws TaskException {
    if (body.has(EXAMPLES) && body.has(LABELS)) {
      throw Texts.invalid("send either \"labels\" or \"examples\", not both");
    }
    LinkedHashSet<Example> examples = new LinkedHashSet<>();
    if (body.has(EXAMPLES)) {
      for (RequestBody example : body.objects(EXAMPLES)) {
        examples.add(new Example(example.text("text"), example.text("label")));
      }
    } else {
      Optional<String> template = template(body, settings);
      for (String label : labels(body, settings)) {
        examples.add(new Example(template.map(t -> t.replace(PLACE, label)).orElse(label), label));
      }
    }
    if (examples.isEmpty() || examples.size() > Texts.MOST) {
      throw Texts.invalid(
          "there are %d labels or examples; send 1 to %d".formatted(examples.size(), Texts.MOST));
    }
    return new ArrayList<>(examples);
  }

  private static List<String> labels(RequestBody body, Settings settings) throws TaskException {
    if (!body.has(LABELS) && settings.labels().isEmpty()) {
      throw Texts.invalid(
          "this model has no classes of its own; send \"labels\", a list of strings, or \"examples\", a list of {\"text\",\"label\"}, or set the slot's setting labels");
    }
    List<String> labels = body.has(LABELS) ? Texts.list(body, LABELS) : settings.labels();
    if (labels.stream().anyMatch(String::isBlank)) {
      throw Texts.invalid("\"labels\" holds an empty label; give it a name");
    }
    return labels;
  }

  private static Optional<String> template(RequestBody body, Settings settings)
      throws TaskException {
    Optional<String> template = body.optionalText("template").or(settings::template);
    if (template.isPresent() && !template.get().contains(PLACE)) {
      throw Texts.invalid(
          "\"template\" is \"%s\"; it must hold {}, which stands for the label"
              .formatted(template.get()));
    }
    return template;
  }
}
