package dev.bantam.runtime.profile;

import dev.bantam.documents.DocumentReader;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.documents.YamlTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A profile's document and all that it extends.
 *
 * @param oldestFirst the one that extends none in front, the profile's own last
 * @param isWhole whether none of those that it names is missing
 * @param problems why some cannot be had, and what the schema does not allow in the extended ones
 */
record Lineage(List<YamlTree> oldestFirst, boolean isWhole, List<Problem> problems) {

  Lineage {
    oldestFirst = List.copyOf(oldestFirst);
    problems = List.copyOf(problems);
  }

  static Lineage of(ProfileDocument own, DocumentReader reader) {
    Deque<YamlTree> trees = new ArrayDeque<>();
    List<Problem> problems = new ArrayList<>();
    List<String> path = new ArrayList<>();
    Optional<ProfileDocument> at = Optional.of(own);
    while (at.isPresent()) {
      ProfileDocument current = at.get();
      path.add(current.key());
      problems.addAll(current.document().problems());
      if (current.document().tree().isEmpty()) {
        break;
      }
      trees.addFirst(current.document().tree().get());
      at = parent(current, path, reader, problems);
    }
    boolean whole = trees.stream().findFirst().filter(oldest -> !names(oldest)).isPresent();
    return new Lineage(List.copyOf(trees), whole, problems);
  }

  private static boolean names(YamlTree tree) {
    return Section.of(tree).has("extends");
  }

  private static Optional<ProfileDocument> parent(
      ProfileDocument current, List<String> path, DocumentReader reader, List<Problem> problems) {
    Section root = Section.of(current.document().tree().orElseThrow());
    Optional<String> reference = root.text("extends");
    if (reference.isEmpty()) {
      return Optional.empty();
    }
    Optional<ProfileDocument> parent = current.parent(reader, reference.get());
    if (parent.isEmpty()) {
      problems.add(root.problem("extends", ShippedProfiles.unknown(reference.get())));
    } else if (path.contains(parent.get().key())) {
      problems.add(
          root.problem(
              "extends",
              "the profile extends itself: %s, then again %s; take one of these lines out"
                  .formatted(String.join(", then ", path), parent.get().key())));
      return Optional.empty();
    }
    return parent;
  }
}
