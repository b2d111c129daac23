package dev.bantam.documents;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A document that was compared with its schema.
 *
 * @param tree empty if it is no YAML at all
 * @param problems what the schema does not allow
 */
public record Document(Optional<YamlTree> tree, List<Problem> problems) {

  public Document {
    problems = List.copyOf(problems);
  }

  /**
   * Makes a value of the document.
   *
   * @param checks finds what a schema cannot say; is called although the schema has complaints, so
   *     that all problems come in one report, and must therefore not rely on it
   * @param decode is called only if there is no problem
   */
  public <T> ReadResult<T> finish(
      Function<Section, List<Problem>> checks, Function<Section, T> decode) {
    if (tree.isEmpty()) {
      return new ReadResult.Invalid<>(problems);
    }
    Section root = Section.of(tree.get());
    List<Problem> all = new ArrayList<>(problems);
    all.addAll(checks.apply(root));
    if (all.isEmpty()) {
      return new ReadResult.Valid<>(decode.apply(root));
    }
    return new ReadResult.Invalid<>(
        all.stream().distinct().sorted(byFileAndLine(tree.get().file())).toList());
  }

  /** Problems of the document itself come before those of files that it names. */
  private static Comparator<Problem> byFileAndLine(String own) {
    return Comparator.comparing((Problem problem) -> !problem.file().equals(own))
        .thenComparing(Problem::file)
        .thenComparingInt(Problem::line);
  }
}
