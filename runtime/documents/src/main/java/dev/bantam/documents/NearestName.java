package dev.bantam.documents;

import java.util.Collection;
import java.util.Optional;
import java.util.stream.Collectors;

/** Helps with a misspelt name: which of the known ones was meant? */
public final class NearestName {

  private NearestName() {}

  /** {@code ; did you mean "url"? known: url, username}. */
  public static String hint(String word, Collection<String> known) {
    String all =
        known.isEmpty()
            ? "there are none"
            : known.stream().sorted().collect(Collectors.joining(", "));
    return of(word, known).map(near -> "; did you mean \"" + near + "\"?").orElse(";")
        + " known: "
        + all;
  }

  /** The known name nearest to {@code word}, if any is near enough to be meant. */
  public static Optional<String> of(String word, Collection<String> known) {
    int limit = Math.max(1, word.length() / 3);
    String best = null;
    int least = limit + 1;
    for (String name : known) {
      int distance = distance(word, name);
      if (distance < least) {
        least = distance;
        best = name;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Levenshtein's distance: fewest insertions, deletions and replacements of one character. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
