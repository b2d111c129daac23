package dev.bantam.template;

import java.time.Clock;

/** What does not change between a template's renderings. */
record Environment(Dialect dialect, Clock clock) {

  /** A filter of the dialect; {@link Filters#NOT_MINE} where Jinja's own of that name is meant. */
  Object filter(String name, Object value, Arguments arguments, Budget budget, Methods methods) {
    return switch (name) {
      case "quote" -> Quoting.inQuotes(PythonText.str(value, budget), budget);
      case "time", "ago" -> TimeFilters.apply(name, value, arguments, clock.instant());
      default -> QuantityFilters.apply(name, value, arguments, methods);
    };
  }
}
