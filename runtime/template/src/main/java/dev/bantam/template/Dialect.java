package dev.bantam.template;

import java.util.Set;

/** What a template is for. */
public enum Dialect {
  /** Jinja as {@code transformers} sets it up for chat templates. */
  CHAT(Set.of()),

  /**
   * With filters for measured values and times: {@code ago}, {@code delta}, {@code fixed}, {@code
   * mean}, {@code median}, {@code number}, {@code quote}, {@code stdev}, {@code time}, {@code
   * unit}; {@code min}, {@code max}, {@code sum} and {@code round} mind units too.
   */
  MEASURED(
      Set.of(
          "ago", "delta", "fixed", "max", "mean", "median", "min", "number", "quote", "round",
          "stdev", "sum", "time", "unit")),

  /**
   * As {@link #MEASURED}, and a text that is put out is put in double quotes, with line ends and
   * quotes escaped, so that a prompt's reader can tell data from instructions. A single word stands
   * as it is, and so does what the filter {@code safe} or one that makes its own text gives.
   */
  PROMPT(MEASURED.filters);

  private final Set<String> filters;

  Dialect(Set<String> filters) {
    this.filters = filters;
  }

  /** The names of filters beside Jinja's. */
  Set<String> filters() {
    return filters;
  }
}
