package dev.bantam.models.importer.safetensors;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of llama.cpp's names a family's tensors have, and in what form they are stored. A layer's
 * number stands as {@code *}; {@code .weight} and {@code .bias} are left out.
 */
final class NameTable {

  /** How a tensor is stored, against what llama.cpp's converter makes of it. */
  enum Form {
    SAME,
    /** GPT-2's matrices are {@code [in, out]}. */
    TRANSPOSED,
    /** Q, K and V of each head together, instead of all heads' Q, then K, then V. */
    HEAD_BY_HEAD,
    /** Norm weights that the model adds 1 to. */
    LESS_ONE,
    /** RoBERTa's positions: the first stands behind the row of the padding token's number. */
    BEHIND_PADDING
  }

  /** Where a stored tensor goes. */
  record Target(String name, Form form) {}

  private record Rule(String target, Form form) {}

  private static final Pattern LAYER = Pattern.compile("(?<=\\.)\\d{1,4}(?=\\.)");

  private final List<String> roots;
  private final @Nullable Pattern ignored;
  private final Map<String, Rule> rules;

  private NameTable(List<String> roots, @Nullable Pattern ignored, Map<String, Rule> rules) {
    this.roots = List.copyOf(roots);
    this.ignored = ignored;
    this.rules = new LinkedHashMap<>(rules);
  }

  /**
   * An empty table.
   *
   * @param roots what names may begin with, to be taken off; the longest first
   */
  static NameTable under(String... roots) {
    return new NameTable(List.of(roots), null, Map.of());
  }

  /** The same names below other roots. */
  NameTable movedUnder(String... newRoots) {
    return new NameTable(List.of(newRoots), ignored, rules);
  }

  /** Adds a name, or gives it another meaning. */
  NameTable with(String stored, String target, Form form) {
    NameTable table = new NameTable(roots, ignored, rules);
    table.rules.put(stored, new Rule(target, form));
    return table;
  }

  NameTable with(String stored, String target) {
    return with(stored, target, Form.SAME);
  }

  /** Gives a form to all names whose targets end with {@code ending}. */
  NameTable formOf(String ending, Form form) {
    NameTable table = new NameTable(roots, ignored, rules);
    table.rules.replaceAll(
        (stored, rule) -> rule.target().endsWith(ending) ? new Rule(rule.target(), form) : rule);
    return table;
  }

  /** Leaves out what the pattern matches: parts that a text model has no use for. */
  NameTable ignoring(String pattern) {
    return new NameTable(roots, Pattern.compile(pattern), rules);
  }

  boolean ignores(String stored) {
    return ignored != null && ignored.matcher(stored).matches();
  }

  /** The target of a stored tensor; empty if the family has none. */
  Optional<Target> target(String stored) {
    int dot = stored.lastIndexOf('.');
    String ending = dot < 0 ? "" : present(stored.substring(dot));
    if (!ending.equals(".weight") && !ending.equals(".bias")) {
      return Optional.empty();
    }
    String bare = withoutRoot(stored.substring(0, dot));
    Matcher numbered = LAYER.matcher(bare);
    String layer = numbered.find() ? numbered.group() : "";
    Rule rule = rules.get(layer.isEmpty() ? bare : numbered.replaceFirst("*"));
    return rule == null
        ? Optional.empty()
        : Optional.of(new Target(rule.target().replace("*", layer) + ending, rule.form()));
  }

  /** Norms converted from the first BERT files have endings of their own. */
  private static String present(String ending) {
    return switch (ending) {
      case ".gamma" -> ".weight";
      case ".beta" -> ".bias";
      default -> ending;
    };
  }

  private String withoutRoot(String name) {
    for (String root : roots) {
      if (name.startsWith(root)) {
        return name.substring(root.length());
      }
    }
    return name;
  }

  /** What a tensor of llama.cpp's name would be called in a folder of the family. */
  Optional<String> storedName(String target) {
    List<String> names = new ArrayList<>();
    for (Map.Entry<String, Rule> rule : rules.entrySet()) {
      String pattern = Pattern.quote(rule.getValue().target()).replace("*", "\\E(\\d+)\\Q");
      Matcher matcher = Pattern.compile(pattern + "(\\.weight|\\.bias)").matcher(target);
      if (matcher.matches()) {
        String layer = matcher.groupCount() == 2 ? matcher.group(1) : "";
        String root = target.startsWith("output.") ? "" : roots.get(roots.size() - 1);
        names.add(root + rule.getKey().replace("*", layer) + matcher.group(matcher.groupCount()));
      }
    }
    return names.stream().findFirst();
  }
}
