package dev.bantam.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Filters of measured values. Values with units keep them, and values of different units are never
 * put together.
 */
final class QuantityFilters {

  private static final int MOST_DIGITS = 15;

  private QuantityFilters() {}

  /** {@link Filters#NOT_MINE} for values that are no quantities where Jinja has such a filter. */
  static Object apply(String name, Object value, Arguments arguments, Methods methods) {
    return switch (name) {
      case "number" -> number(value, arguments);
      case "unit" -> Quantity.require(value, name).unit();
      case "fixed" -> Quantity.require(value, name).fixed(digits(arguments));
      case "round" -> round(value, arguments);
      case "min", "max", "sum" -> standard(name, value, arguments, methods);
      default -> series(name, series(name, methods.iterate(value)));
    };
  }

  private static int digits(Arguments arguments) {
    return Math.max(0, Math.min(MOST_DIGITS, arguments.integer(0, "digits", 0)));
  }

  private static Object number(Object value, Arguments arguments) {
    Optional<Quantity> quantity = Quantity.of(value);
    return quantity.isPresent()
        ? (Object) quantity.get().number()
        : arguments
            .find(0, "default")
            .orElseThrow(
                () ->
                    new TemplateException("%s is no number".formatted(Operators.describe(value))));
  }

  private static Object round(Object value, Arguments arguments) {
    if (!(value instanceof String)) {
      return Filters.NOT_MINE;
    }
    Quantity quantity = Quantity.require(value, "round");
    double rounded =
        BigDecimal.valueOf(quantity.number())
            .setScale(
                Math.max(-MOST_DIGITS, Math.min(MOST_DIGITS, arguments.integer(0, "precision", 0))),
                RoundingMode.HALF_EVEN)
            .doubleValue();
    return new Quantity(rounded, quantity.unit()).value();
  }

  /** Jinja's own, unless the values are a list of texts with units. */
  private static Object standard(String name, Object value, Arguments arguments, Methods methods) {
    if (!(value instanceof List<?> list)
        || list.isEmpty()
        || !arguments.positional().isEmpty()
        || !arguments.named().isEmpty()
        || list.stream().noneMatch(String.class::isInstance)
        || !list.stream().allMatch(item -> Quantity.of(item).isPresent())) {
      return Filters.NOT_MINE;
    }
    return series(name, series(name, methods.iterate(value)));
  }

  private record Series(double[] numbers, String unit) {}

  private static Series series(String name, List<?> values) {
    if (values.isEmpty()) {
      throw new TemplateException("the filter \"%s\" wants at least one value".formatted(name));
    }
    List<Quantity> quantities = new ArrayList<>();
    for (Object value : values) {
      Quantity quantity = Quantity.require(value, name);
      if (!quantities.isEmpty() && !quantities.get(0).unit().equals(quantity.unit())) {
        throw new TemplateException(
            "the filter \"%s\" was given values of different units: %s and %s"
                .formatted(name, shown(quantities.get(0)), shown(quantity)));
      }
      quantities.add(quantity);
    }
    return new Series(
        quantities.stream().mapToDouble(Quantity::number).toArray(), quantities.get(0).unit());
  }

  private static String shown(Quantity quantity) {
    return "\"" + (quantity.unit().isEmpty() ? "none" : quantity.unit()) + "\"";
  }

  private static Object series(String name, Series series) {
    double[] numbers = series.numbers();
    double result =
        switch (name) {
          case "min" -> extreme(numbers, -1);
          case "max" -> extreme(numbers, 1);
          case "sum" -> sum(numbers);
          case "mean" -> sum(numbers) / numbers.length;
          case "median" -> median(numbers);
          case "stdev" -> deviation(numbers);
          case "delta" -> numbers[numbers.length - 1] - numbers[0];
          default -> throw new TemplateException("there is no filter \"%s\"".formatted(name));
        };
    return new Quantity(result, series.unit()).value();
  }

  private static double extreme(double[] numbers, int sign) {
    double best = numbers[0];
    for (double number : numbers) {
      best = (number - best) * sign > 0 ? number : best;
    }
    return best;
  }

  private static double sum(double[] numbers) {
    double sum = 0;
    for (double number : numbers) {
      sum += number;
    }
    return sum;
  }

  private static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    java.util.Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** Of a sample: the root of the mean square distance, over one less than the count. */
  private static double deviation(double[] numbers) {
    double mean = sum(numbers) / numbers.length;
    double squares = 0;
    for (double number : numbers) {
      squares += (number - mean) * (number - mean);
    }
    return numbers.length < 2 ? 0 : Math.sqrt(squares / (numbers.length - 1));
  }
}
