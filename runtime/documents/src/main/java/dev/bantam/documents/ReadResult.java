package dev.bantam.documents;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What reading a user's file gave: its value, or everything that is wrong with it. */
public sealed interface ReadResult<T> {

  /** A file without fault. */
  record Valid<T>(T value) implements ReadResult<T> {}

  /**
   * A file with at least one problem.
   *
   * @param problems by line
   */
  record Invalid<T>(List<Problem> problems) implements ReadResult<T> {
    public Invalid {
      problems = List.copyOf(problems);
    }

    /** All problems, one a line. */
    public String report() {
      return problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
    }
  }

  /**
   * The value.
   *
   * @param failure makes the exception to throw from the report of all problems
   */
  default <X extends Exception> T orElseThrow(Function<String, X> failure) throws X {
    if (this instanceof Invalid<T> invalid) {
      throw failure.apply(invalid.report());
    }
    return ((Valid<T>) this).value();
  }
}
